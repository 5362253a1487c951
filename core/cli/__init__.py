"""The headless twin of every page: one file per group of commands, each with `register(subparsers)`."""
