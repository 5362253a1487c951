"""core.cli: see CONTRIBUTING.md for what lives here."""
