from __future__ import annotations

from typing import TYPE_CHECKING

from core.watch import store_bodies
from core.watch.store_bodies import Sealer

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_of_two_programs_that_make_the_key_at_once_both_use_the_one_that_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = Sealer(tmp_path), Sealer(tmp_path)
    real = store_bodies.os.urandom
    sealed: list[tuple[bytes, bytes]] = []

    def meanwhile(size: int) -> bytes:
        if size == 32 and not sealed:
            sealed.append((b"", b""))
            sealed[0] = other.seal(b"of the other", "b")
        return real(size)

    monkeypatch.setattr(store_bodies.os, "urandom", meanwhile)
    mine = one.seal(b"of the one", "a")
    assert Sealer(tmp_path).open(*mine, "a") == b"of the one"
    assert Sealer(tmp_path).open(*sealed[0], "b") == b"of the other"
    assert [file.name for file in tmp_path.iterdir()] == ["captures.key"]
    assert (tmp_path / "captures.key").stat().st_mode & 0o777 == 0o600


def test_after_another_program_forgot_everything_bodies_are_sealed_so_that_they_can_be_read(tmp_path: Path) -> None:
    running, forgetting = Sealer(tmp_path), Sealer(tmp_path)
    running.seal(b"before", "a")
    forgetting.forget()
    after = running.seal(b"after", "b")
    assert Sealer(tmp_path).open(*after, "b") == b"after"
