"""gui.dialogs: see CONTRIBUTING.md for what lives here."""
