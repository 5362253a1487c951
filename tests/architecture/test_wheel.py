from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from core import VERSION
from tests.architecture.sources import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=ROOT)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the commands' folder of an environment that holds the wheel and, beside it, the libraries of this one."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    commands = folder / ("Scripts" if sys.platform == "win32" else "bin")
    purelib = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    (Path(purelib) / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    arguments = ["--disable-pip-version-check", "--no-index", "--no-deps", "--force-reinstall", str(wheel)]
    run(sys.executable, "-m", "pip", "--python", str(commands / "python"), "install", *arguments, cwd=folder)
    return commands


def run(*command: str, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command[0]} ended with {done.returncode}: {done.stderr[-2000:]}"
    return done.stdout


def test_the_wheel_holds_the_two_packages_the_data_and_one_module_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {"core", "gui", "telltale.py", f"telltale_desktop-{VERSION}.dist-info"}
    assert "gui/_dash_m.py" not in names or "telltale.py" in names
    assert not [name for name in names if name.startswith("core/_data/screenshots/")]


def test_the_wheel_holds_all_data_but_the_screenshots(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    data = [path.relative_to(ROOT / "resources").as_posix() for path in (ROOT / "resources").rglob("*") if path.is_file()]
    wanted = {f"core/_data/{name}" for name in data if not name.startswith("screenshots/")}
    assert wanted
    assert wanted - names == set(), "name the folder in pyproject.toml under force-include"


def test_the_licence_travels_with_the_wheel(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    metadata = archive.read(f"telltale_desktop-{VERSION}.dist-info/METADATA").decode()
    assert "License-Expression: Apache-2.0" in metadata
    assert archive.read(f"telltale_desktop-{VERSION}.dist-info/licenses/LICENSE").decode() == (ROOT / "LICENSE").read_text(encoding="ascii")


def test_the_installed_command_and_module_say_the_version(installed: Path, tmp_path: Path) -> None:
    assert VERSION in run(str(installed / "telltale"), "--version", cwd=tmp_path)
    assert VERSION in run(str(installed / "python"), "-m", "telltale", "--version", cwd=tmp_path)


def test_the_installed_program_reads_its_own_copy_of_the_data(installed: Path, tmp_path: Path) -> None:
    code = (
        "import core; from core.catalogue import load_catalogue; from core.paths import resource_root; "
        "print(resource_root()); print(len(load_catalogue().signals)); print(core.__file__)"
    )
    root, signals, package = run(str(installed / "python"), "-c", code, cwd=tmp_path).split("\n")[:3]
    assert Path(root).name == "_data"
    assert Path(package).parent == Path(root).parent
    assert Path(root).is_relative_to(installed.parent)
    assert int(signals) == len(list((ROOT / "resources" / "catalogue" / "signals").glob("*.toml")))
