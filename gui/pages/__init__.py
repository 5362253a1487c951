"""gui.pages: see CONTRIBUTING.md for what lives here."""
