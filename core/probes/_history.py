"""Counting the entries of command histories; the text is counted and dropped."""

from __future__ import annotations

from core.probes._ask import count


def entries_in(text: str) -> str:
    """Say about how many commands a history holds: fish, zsh, bash and one-command-per-line formats."""
    if text.startswith("- cmd:") or "\n- cmd:" in text:
        number = text.count("\n- cmd:") + text.startswith("- cmd:")
    else:
        lines = text.splitlines()
        times = sum(1 for line in lines if line.startswith("#") and line[1:].isdigit())
        number = times or sum(1 for line in lines if line.strip() and line != "_HiStOrY_V2_")
    return f"about {count(number, 'entry', 'entries')}"
