"""Telltale without a window: everything but the screen. CONTRIBUTING.md says what lives where."""

VERSION = "0.1.0"
