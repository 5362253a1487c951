from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.sources import ROOT

LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-lowest.lock"]
ENTRY = re.compile(r"^([a-z0-9._-]+==[^\s;]+)( ; [^\\\n]+)?((?: \\\n    --hash=sha256:[0-9a-f]{64})+)\n", re.MULTILINE)


def entries(lock: str) -> list[Requirement]:
    text = (ROOT / lock).read_text(encoding="ascii")
    assert ENTRY.sub("", text) == "", f"{lock} holds something other than versions with hashes"
    return [Requirement(f"{match[1]}{match[2] or ''}") for match in ENTRY.finditer(text)]


def asked(*groups: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    texts = [*project["project"]["dependencies"], *(text for group in groups for text in project["dependency-groups"][group])]
    return [Requirement(text) for text in texts]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_lock_pins_what_the_project_asks_for(lock: str) -> None:
    pinned = entries(lock)
    for wanted in asked(*(["dev"] if "dev" in lock else [])):
        versions = [
            str(pin.specifier).removeprefix("==") for pin in pinned if canonicalize_name(pin.name) == canonicalize_name(wanted.name)
        ]
        assert any(wanted.specifier.contains(version) for version in versions), f"{lock} lacks {wanted}; write the locks anew with .ci/lock"


def test_the_development_lock_holds_the_very_versions_that_people_get() -> None:
    development = {str(pin) for pin in entries("requirements-dev.lock")}
    assert {str(pin) for pin in entries("requirements.lock")} <= development


def test_the_lowest_lock_holds_the_lower_bounds_themselves() -> None:
    lowest = {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in entries("requirements-lowest.lock")}
    for wanted in asked():
        bound = next(part.version for part in wanted.specifier if part.operator == ">=")
        assert lowest[canonicalize_name(wanted.name)].startswith(bound), f"{wanted}: the lowest version tested is not the bound"


def test_the_inspectors_lock_pins_the_proxy_for_every_supported_python() -> None:
    pinned = [pin for pin in entries("requirements-inspect.lock") if pin.name == "mitmproxy"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (wanted,) = (Requirement(text) for text in project["project"]["optional-dependencies"]["inspect"])
    for version in ("3.11", "3.12", "3.13"):
        found = [pin for pin in pinned if pin.marker is None or pin.marker.evaluate({"python_full_version": f"{version}.0"})]
        assert len(found) == 1, version
        assert wanted.specifier.contains(str(found[0].specifier).removeprefix("==")), version
