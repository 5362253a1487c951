"""gui.models: see CONTRIBUTING.md for what lives here."""
