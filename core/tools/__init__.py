"""core.tools: see CONTRIBUTING.md for what lives here."""
