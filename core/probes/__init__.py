"""core.probes: see CONTRIBUTING.md for what lives here."""
