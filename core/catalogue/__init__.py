"""core.catalogue: see CONTRIBUTING.md for what lives here."""
