"""Keeps PySide from reading the source of every module that is imported after it.

It looks there for users of its `__feature__` switches. Telltale has none, and the reading (with the sources kept in memory)
takes a tenth of the time to the first frame and six megabytes. Where PySide has changed, this does nothing.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


def stop_reading_sources() -> bool:
    """Answer for PySide that no module uses its switches; say whether it asks that way at all."""
    import PySide6.QtCore  # noqa: F401  the asking comes with it

    feature = sys.modules.get("shibokensupport.feature")
    if feature is None or not hasattr(feature, "_mod_uses_pyside"):
        return False
    setattr(feature, "_mod_uses_pyside", _uses_no_switches)  # noqa: B010  the types of this module are nowhere
    return True


def _uses_no_switches(_module: ModuleType) -> bool:
    return False
