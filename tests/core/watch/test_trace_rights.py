"""Programs with the set-user-ID bit under a trace: what Linux withholds from them is noticed and said."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from core.watch import trace_file, trace_rights, trace_start
from core.watch.trace import Start, Tracing
from core.watch.trace_model import TraceReport

SOMEBODY = 12345


@pytest.fixture
def as_somebody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder on a disk that heeds the bit, which another user may read; the tracing side is judged as that user."""
    if os.geteuid() != 0:
        pytest.skip("Only root can make a program that starts with another user's rights.")
    if os.statvfs(tmp_path).f_flag & os.ST_NOSUID:
        pytest.skip("The temporary folder lies on a disk that heeds no set-user-ID bit.")
    monkeypatch.setattr(trace_rights, "_keeps_them", lambda: False)
    monkeypatch.setattr(os, "geteuid", lambda: SOMEBODY)
    for folder in (tmp_path, *tmp_path.parents):
        if folder != Path("/") and not folder.stat().st_mode & 1:
            folder.chmod(folder.stat().st_mode | 0o011)
    return tmp_path


@pytest.fixture
def raised(as_somebody: Path) -> Path:
    """`id`, owned by root, with the bit."""
    program = as_somebody / "id-of-root"
    shutil.copy(shutil.which("id") or "/usr/bin/id", program)
    program.chmod(0o4755)
    return program


@pytest.mark.skipif(bool(trace_start.why_not()), reason=trace_start.why_not() or "traces work here")
def test_a_program_that_would_be_root_is_not_under_a_trace_and_the_report_says_so(raised: Path) -> None:
    script = f"{raised} -u; {raised} -u; id -u; exit 4"
    plain = subprocess.run(["/bin/sh", "-c", script], user=SOMEBODY, group=SOMEBODY, extra_groups=[], capture_output=True, check=False)
    assert plain.stdout.split() == [b"0", b"0", str(SOMEBODY).encode()]
    tracing = traced(raised.parent)
    argv = [*tracing.prefix, "/bin/sh", "-c", script]
    seen = subprocess.run(argv, user=SOMEBODY, group=SOMEBODY, extra_groups=[], capture_output=True, check=False)
    report = tracing.finish()
    assert seen.stdout.split() == [str(SOMEBODY).encode()] * 3
    assert report.withheld == ("id-of-root",)
    assert "set-user-ID bit" in " ".join(report.sentences())
    assert "id-of-root" in " ".join(report.sentences())


def test_only_what_would_gain_rights_counts(raised: Path, as_somebody: Path) -> None:
    assert trace_rights.withheld(str(raised))
    assert not trace_rights.withheld("id-of-root")
    assert not trace_rights.withheld(str(as_somebody / "absent"))
    script = as_somebody / "script"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o4755)
    assert not trace_rights.withheld(str(script))
    os.chown(raised, SOMEBODY, 0)
    raised.chmod(0o4755)
    assert not trace_rights.withheld(str(raised))
    raised.chmod(0o2755)
    os.chown(raised, SOMEBODY, SOMEBODY)
    raised.chmod(0o2755)
    assert trace_rights.withheld(str(raised))


def test_whoever_may_trace_everything_is_told_nothing(raised: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace_rights, "_keeps_them", lambda: True)
    assert not trace_rights.withheld(str(raised))


def test_an_installed_program_with_the_bit_is_known_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    found = next((path for name in ("su", "mount", "newgrp") if (path := shutil.which(name)) and Path(path).stat().st_mode & 0o4000), None)
    if found is None:
        pytest.skip("No program with the set-user-ID bit is installed here.")
    monkeypatch.setattr(trace_rights, "_keeps_them", lambda: False)
    monkeypatch.setattr(os, "geteuid", lambda: SOMEBODY)
    assert trace_rights.withheld(found) is not bool(os.statvfs(found).f_flag & os.ST_NOSUID)


def test_it_is_kept_with_the_trace_and_older_traces_have_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    file = trace_file.save(TraceReport("", "", 1.0, 2.0, withheld=("su",)))
    assert file is not None
    assert trace_file.load(file).withheld == ("su",)
    file.write_text(file.read_text().replace(',"withheld":["su"]', ""))
    assert trace_file.load(file).withheld == ()


def traced(folder: Path) -> Tracing:
    """Return an open trace whose pipe the other user may write to."""
    tracing = Tracing(Start("/bin/sh", {}, str(folder)))
    tracing.open()
    for place in (Path(tracing.pipe), Path(tracing.pipe).parent):
        os.chown(place, SOMEBODY, SOMEBODY)
    return tracing
