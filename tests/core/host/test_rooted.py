from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.host import rooted

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="descriptors that only look exist on Linux")
NAMES = ["a", "b", "c", "file"]
PIECES = st.sampled_from([*NAMES, "..", ".", ""])
PATHS = st.lists(PIECES, min_size=1, max_size=5).map("/".join)
TARGETS = st.tuples(st.booleans(), PATHS).map(lambda pair: ("/" if pair[0] else "") + pair[1])
RESOLVE_IN_ROOT = 0x10
RESOLVE_NO_MAGICLINKS = 0x02
OPENAT2 = 437


class How(ctypes.Structure):
    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


def kernel_open(root: int, path: str, *, follow: bool) -> int:
    """Ask the kernel's own resolution inside a root (openat2), as the judge of ours."""
    how = How(os.O_PATH | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW), 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS)
    libc = ctypes.CDLL(None, use_errno=True)
    fd = libc.syscall(OPENAT2, root, os.fsencode(path), ctypes.byref(how), ctypes.sizeof(how))
    if fd < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return int(fd)


def has_openat2() -> bool:
    root = os.open("/", os.O_PATH)
    try:
        os.close(kernel_open(root, "/", follow=True))
    except OSError:
        return False
    finally:
        os.close(root)
    return True


def plant(top: Path, links: dict[str, str]) -> None:
    for folder in ("a", "a/b", "c"):
        (top / folder).mkdir()
    (top / "a" / "file").write_text("in a")
    (top / "file").write_text("at top")
    for place, target in links.items():
        if not os.path.lexists(top / place) and target:
            (top / place).symlink_to(target)


def identity(fd: int) -> tuple[int, int]:
    info = os.fstat(fd)
    return info.st_dev, info.st_ino


def ours(root: int, path: str, *, follow: bool) -> tuple[int, int] | int:
    try:
        with rooted.opened(root, path, follow=follow) as fd:
            return identity(fd)
    except OSError as error:
        return error.errno or 0


def theirs(root: int, path: str, *, follow: bool) -> tuple[int, int] | int:
    try:
        fd = kernel_open(root, path, follow=follow)
    except OSError as error:
        return error.errno or 0
    try:
        return identity(fd)
    finally:
        os.close(fd)


@pytest.mark.skipif(not (sys.platform.startswith("linux") and has_openat2()), reason="this kernel has no openat2 to compare with")
@settings(max_examples=150, deadline=None)
@given(
    links=st.dictionaries(st.sampled_from(["l", "a/l", "a/b/l", "c/l", "b"]), TARGETS, max_size=5),
    path=st.lists(st.sampled_from([*NAMES, "l", "..", "."]), min_size=1, max_size=6).map("/".join),
    follow=st.booleans(),
)
def test_resolving_agrees_with_the_kernels_own_resolution_inside_a_root(links: dict[str, str], path: str, follow: bool) -> None:
    top = Path(tempfile.mkdtemp())
    try:
        plant(top, links)
        root = os.open(top, os.O_PATH)
        try:
            mine, kernels = ours(root, path, follow=follow), theirs(root, path, follow=follow)
        finally:
            os.close(root)
    finally:
        shutil.rmtree(top)
    assert mine == kernels


@pytest.fixture
def root(tmp_path: Path) -> int:
    (tmp_path / "root").mkdir()
    (tmp_path / "secret").write_text("outside")
    plant(tmp_path / "root", {"up": "../../secret", "absolute": "/file", "outside": str(tmp_path / "secret"), "x": "y", "y": "x"})
    return os.open(tmp_path / "root", os.O_PATH)


def content(root: int, path: str) -> str:
    with rooted.opened(root, path) as fd:
        return Path(rooted.readable(fd)).read_text(encoding="utf-8")


def test_absolute_links_and_rising_paths_stay_inside(root: int) -> None:
    assert content(root, "/absolute") == "at top"
    assert content(root, "../../../file") == "at top"
    assert content(root, "a/../../file") == "at top"
    for path in ("/up", "/outside"):
        with pytest.raises(FileNotFoundError):
            content(root, path)
    os.close(root)


def test_loops_end_with_the_kernels_error(root: int) -> None:
    with pytest.raises(OSError) as caught:
        content(root, "x")
    assert caught.value.errno == errno.ELOOP
    os.close(root)


def test_every_descriptor_is_closed_whatever_happens(root: int) -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208  counting descriptors
    for path in ("/a/b", "/a/file/..", "/x", "/none", "/up", "/a/../c/../file", "/absolute"):
        try:
            content(root, path)
        except OSError:
            continue
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208  counting descriptors
    os.close(root)


def test_proc_self_means_the_process_looked_at_not_us() -> None:
    top, itself = os.open("/", os.O_PATH), os.open("/proc/1", os.O_RDONLY)
    try:
        for path in ("/proc/self/stat", "/proc/thread-self/stat", "/proc/./self/../self/stat"):
            with rooted.opened(top, path, itself) as fd:
                assert Path(rooted.readable(fd)).read_text(encoding="utf-8").startswith("1 (")
    finally:
        os.close(top)
        os.close(itself)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=40))
def test_any_bytes_as_a_path_give_a_descriptor_or_an_error(data: bytes) -> None:
    top = os.open("/", os.O_PATH)
    try:
        with rooted.opened(top, os.fsdecode(data)) as fd:
            assert os.fstat(fd)
    except (OSError, ValueError):
        assert data
    finally:
        os.close(top)
