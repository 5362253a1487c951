"""core.report: see CONTRIBUTING.md for what lives here."""
