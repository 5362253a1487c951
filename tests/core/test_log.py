from __future__ import annotations

import logging
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from core import log
from core.redact import Sensitive

if TYPE_CHECKING:
    from pathlib import Path

LOGGER = logging.getLogger("core.test")


@pytest.mark.skipif(sys.platform == "win32", reason="files have no such modes there")
def test_the_log_file_is_readable_by_its_owner_only_also_after_rotating(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    handler = log.to_file(tmp_path / "state")
    assert handler is not None
    try:
        for _ in range(60):
            LOGGER.warning("x" * 10_000)
    finally:
        log.detach(handler)
    files = sorted((tmp_path / "state").iterdir())
    assert len(files) == 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert sum(file.stat().st_size for file in files) < 800_000


def test_neither_values_nor_error_texts_nor_home_names_are_written(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    handler = log.to_file(tmp_path)
    assert handler is not None
    try:
        LOGGER.warning("value %s in /home/canary/file\x1b[31m", Sensitive("canary"))
        try:
            raise ValueError("canary")
        except ValueError:
            LOGGER.exception("it broke")
    finally:
        log.detach(handler)
    text = (tmp_path / log.FILE_NAME).read_text(encoding="utf-8")
    assert "canary" not in text
    assert "\x1b" not in text
    assert "[ValueError at test_log.py:" in text
    assert "in ~/file" in text


def test_where_nothing_can_be_written_there_is_no_log(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert log.to_file(tmp_path / "file" / "below") is None


def test_the_command_line_shows_warnings_on_its_error_output(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    handler = log.to_stderr()
    try:
        LOGGER.warning("one thing to know")
        LOGGER.info("not this")
    finally:
        log.detach(handler)
    assert capsys.readouterr().err == "telltale: one thing to know\n"
