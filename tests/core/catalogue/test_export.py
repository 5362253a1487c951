from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core import paths
from core.catalogue import export
from core.catalogue.signal_schema import SIGNAL
from core.model import Group, Reach, Support

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", export.schemas())
def test_the_exported_schema_equals_the_definition_the_loader_uses(name: str) -> None:
    written = (paths.resource_root() / "schema" / name).read_text(encoding="ascii")

    assert written == export.rendered(export.schemas()[name]), "run: python -m core.catalogue.export"


def test_the_schema_names_every_key_and_closes_every_table() -> None:
    schema = export.schemas()["signal.schema.json"]

    assert set(schema["properties"]) == set(SIGNAL.fields)  # type: ignore[arg-type]  # a JSON object
    assert export.rendered(schema).count('"additionalProperties": false') == export.rendered(schema).count('"type": "object"')


def test_the_schema_lists_the_words_of_the_vocabulary() -> None:
    text = export.rendered(export.schemas()["signal.schema.json"])

    for enum in (Group, Reach, Support):
        assert all(f'"{item}"' in text for item in enum)


def test_main_writes_every_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "resource_root", lambda: tmp_path)

    export.main()

    assert {path.name for path in (tmp_path / "schema").iterdir()} == set(export.schemas())
