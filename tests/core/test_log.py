from __future__ import annotations

import logging
import sys
import threading
from typing import TYPE_CHECKING

from core import log
from core.redact import Sensitive

if TYPE_CHECKING:
    import pytest

LOGGER = logging.getLogger("core.test")


def test_neither_values_nor_error_texts_nor_home_names_are_written(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    handler = log.to_stderr()
    handler.setFormatter(log.ValueFreeFormatter())
    try:
        LOGGER.warning("value %s in /home/canary/file\x1b[31m", Sensitive("canary"))
        try:
            raise ValueError("canary")
        except ValueError:
            LOGGER.exception("it broke")
    finally:
        log.detach(handler)
    text = capsys.readouterr().err
    assert "canary" not in text
    assert "\x1b" not in text
    assert "[ValueError at test_log.py:" in text
    assert "in ~/file" in text


def test_an_error_that_nobody_caught_is_told_without_its_text_also_of_a_thread(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)  # both are put back afterwards
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    handler = log.to_stderr()
    log.hide_error_texts()

    def fail() -> None:
        raise KeyError("canary")

    try:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        try:
            fail()
        except KeyError as error:
            sys.excepthook(type(error), error, error.__traceback__)
    finally:
        log.detach(handler)
    text = capsys.readouterr().err
    assert text.count("telltale: Something unexpected happened [KeyError at ") == 2
    assert "canary" not in text


def test_the_command_line_shows_warnings_on_its_error_output(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    handler = log.to_stderr()
    try:
        LOGGER.warning("one thing to know")
        LOGGER.info("not this")
    finally:
        log.detach(handler)
    assert capsys.readouterr().err == "telltale: one thing to know\n"
