from __future__ import annotations

import pytest

from core.toggles.edit_base import MISSING, UneditableError
from core.toggles.edit_whole import WHOLE, WholeEditor


def test_a_file_is_replaced_whole_or_not_at_all() -> None:
    editor = WholeEditor()
    assert editor.put("old", WHOLE, "new") == "new"
    assert editor.drop("old", WHOLE) == ""
    assert editor.get("", WHOLE) is MISSING
    assert editor.tree("") == {}
    for key, value in ((("other",), "x"), (WHOLE, 1)):
        with pytest.raises(UneditableError):
            editor.put("old", key, value)
