"""gui.widgets: see CONTRIBUTING.md for what lives here."""
