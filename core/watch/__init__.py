"""core.watch: see CONTRIBUTING.md for what lives here."""
