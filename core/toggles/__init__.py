"""core.toggles: see CONTRIBUTING.md for what lives here."""
