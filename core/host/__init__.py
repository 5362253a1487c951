"""core.host: see CONTRIBUTING.md for what lives here."""
