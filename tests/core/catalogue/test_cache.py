from __future__ import annotations

import json
import stat
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.catalogue import load_catalogue
from core.catalogue import resources as catalogue_files
from tests.fakes.catalogue_files import SIGNAL, write_signal

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    root = tmp_path / "catalogue"
    root.mkdir()
    write_signal(root)
    return root, tmp_path / "cache"


def forbid_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> dict[str, object]:
        raise AssertionError("a TOML file was parsed although the cache is current")

    monkeypatch.setattr("core.catalogue.loader.parse", refuse)


def test_the_second_load_parses_nothing_and_gives_the_same(places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    root, cache = places
    first = load_catalogue(root, cache_folder=cache)
    forbid_parsing(monkeypatch)

    second = load_catalogue(root, cache_folder=cache)

    assert dict(second.signals) == dict(first.signals)


def test_the_cache_is_for_this_user_only_and_leaves_no_spare_file(places: tuple[Path, Path]) -> None:
    root, cache = places
    load_catalogue(root, cache_folder=cache)

    assert [path.name for path in cache.iterdir()] == ["catalogue-signals.json"]
    assert stat.S_IMODE((cache / "catalogue-signals.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700


def test_a_changed_file_is_read_again(places: tuple[Path, Path]) -> None:
    root, cache = places
    load_catalogue(root, cache_folder=cache)
    write_signal(root, SIGNAL.replace("Tea pot", "Tea cup"))

    assert load_catalogue(root, cache_folder=cache).signals["tea-pot"].title == "Tea cup"


def test_a_new_and_a_removed_file_are_noticed(places: tuple[Path, Path]) -> None:
    root, cache = places
    load_catalogue(root, cache_folder=cache)
    added = write_signal(root, SIGNAL.replace('"tea-pot"', '"tea-cup"'), "tea-cup")
    assert set(load_catalogue(root, cache_folder=cache).signals) == {"tea-pot", "tea-cup"}
    added.unlink()

    assert set(load_catalogue(root, cache_folder=cache).signals) == {"tea-pot"}


def test_a_catalogue_with_problems_is_never_cached(places: tuple[Path, Path]) -> None:
    root, cache = places
    write_signal(root, "id = 5", "broken")

    assert load_catalogue(root, cache_folder=cache).problems
    assert not (cache / "catalogue-signals.json").exists()


def test_a_cache_folder_that_cannot_be_made_changes_nothing(places: tuple[Path, Path], tmp_path: Path) -> None:
    root, _ = places
    blocked = tmp_path / "a-file"
    blocked.write_text("x", encoding="ascii")

    assert "tea-pot" in load_catalogue(root, cache_folder=blocked / "cache").signals


def test_a_link_in_place_of_the_cache_is_replaced_and_not_followed(places: tuple[Path, Path], tmp_path: Path) -> None:
    root, cache = places
    cache.mkdir()
    victim = tmp_path / "victim"
    victim.write_text("mine", encoding="ascii")
    (cache / "catalogue-signals.json").symlink_to(victim)

    load_catalogue(root, cache_folder=cache)

    assert victim.read_text(encoding="ascii") == "mine"


@given(st.binary(max_size=400))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_content_of_the_cache_is_trusted(places: tuple[Path, Path], content: bytes) -> None:
    root, cache = places
    cache.mkdir(exist_ok=True)
    (cache / "catalogue-signals.json").write_bytes(content)

    assert load_catalogue(root, cache_folder=cache).signals["tea-pot"].title == "Tea pot"


@pytest.mark.parametrize("body", [b"5", b"{}", b"[5]", b'[{"id": "x"}]', b"[" * 100_000, b'[{"id": "x", "group": "kitchen"}]'])
def test_a_cache_with_fitting_key_and_checksum_but_foreign_content_is_ignored(places: tuple[Path, Path], body: bytes) -> None:
    root, cache = places
    load_catalogue(root, cache_folder=cache)
    file = cache / "catalogue-signals.json"
    key = file.read_bytes().split(b" ", 1)[0]
    file.write_bytes(b"%b %d\n" % (key, zlib.crc32(body)) + body)

    loaded = load_catalogue(root, cache_folder=cache)

    assert list(loaded.signals) == ["tea-pot"]


def test_a_cut_cache_is_ignored(places: tuple[Path, Path]) -> None:
    root, cache = places
    load_catalogue(root, cache_folder=cache)
    file = cache / "catalogue-signals.json"
    file.write_bytes(file.read_bytes()[:-20])

    assert list(load_catalogue(root, cache_folder=cache).signals) == ["tea-pot"]


def test_the_cache_is_plain_json_in_each_line_after_its_first(places: tuple[Path, Path]) -> None:
    root, cache = places
    load_catalogue(root, cache_folder=cache)

    body = (cache / "catalogue-signals.json").read_bytes().split(b"\n", 1)[1]

    assert [json.loads(line)["id"] for line in body.splitlines()] == ["tea-pot"]


def test_the_listing_carries_what_tells_a_reinstalled_file(places: tuple[Path, Path]) -> None:
    root, _ = places
    (file,) = catalogue_files.list_files(root / "signals")
    about = (root / "signals" / "tea-pot.toml").stat()

    assert (file.name, file.stem, file.size) == ("signals/tea-pot.toml", "tea-pot", about.st_size)
    assert file.changed == (about.st_mtime_ns, about.st_ctime_ns)
