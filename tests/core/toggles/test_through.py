from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from core.catalogue import load_catalogue
from core.toggles import network
from core.toggles.through import without_network
from core.tools.looks import Look, Sight, View
from tests.fakes.exposures import reading
from tests.fakes.starts import ROOT, needs_sandbox

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
CATALOGUE = load_catalogue()
CAN = os.geteuid() == 0 and all(map(shutil.which, ("pasta", "ip", "unshare")))
# a network of its own with a way out, which pasta needs, and a neighbour
NETWORK = (
    "ip link set lo up; ip link add d0 type veth peer name d1 && ip addr add 192.168.77.5/24 dev d0 && ip link set d0 up && "
    "ip link set d1 up && ip route add default via 192.168.77.1 && "
    'ip neigh add 192.168.77.9 lladdr 02:11:22:33:44:55 dev d0 && exec "$@"'
)
SIGNALS = ("mac-address", "interfaces", "ip-local", "default-route", "lan-neighbours", "open-sockets")
MEASURE = """import json, sys
from core.catalogue import load_catalogue
from core.probes.result import display
from core.toggles.launch import LaunchProfile
from core.toggles.through import view_through
catalogue = load_catalogue()
profile = LaunchProfile("codex-cli", parts=frozenset(json.loads(sys.argv[1])))
view = view_through(profile, catalogue.tools["codex-cli"], catalogue, only=json.loads(sys.argv[2]))
print(json.dumps([view.problem, {name: [look.sight.name, display(look.reading.result)] for name, look in view.looks.items()}]))
"""


def test_what_a_stand_in_without_the_private_network_sees_of_the_network_is_not_measured() -> None:
    looks = {name: Look(reading(name, "x"), sight) for name, sight in (("dns-resolvers", Sight.SAME), ("hostname", Sight.SAME))}
    looks["ip-local"] = Look(reading("ip-local", "x"), Sight.GONE)
    left = without_network(View("pal", "1", "stand-in", NOW, looks), CATALOGUE).looks
    assert set(left) == {"hostname", "ip-local"}


@pytest.mark.slow
@pytest.mark.skipif(not CAN, reason="needs pasta and the right to make a network of its own")
def test_the_stand_in_measures_what_a_tool_could_see_of_its_private_network(tmp_path: Path) -> None:
    needs_sandbox()
    project = tmp_path / "home/project"
    (project / ".git").mkdir(parents=True)
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    words = ["unshare", "--net", "sh", "-c", NETWORK, "sh", sys.executable, "-c", MEASURE]
    asked = [json.dumps(["network", "processes"]), json.dumps(SIGNALS)]
    done = subprocess.run([*words, *asked], env=env, cwd=project, capture_output=True, text=True, check=False, timeout=120)
    if "Unknown device type" in done.stderr or "not permitted" in done.stderr:
        pytest.skip("this kernel makes no network pair")
    assert done.returncode == 0, done.stderr
    problem, looks = json.loads(done.stdout)
    assert problem == ""
    shared = {name: look for name, look in looks.items() if name != "interfaces"}
    assert {look[0] for look in shared.values()} <= {"OTHER", "GONE", "NOTHING"}, shared
    assert looks["interfaces"][1] == CATALOGUE.signals["interfaces"].neutral.value  # type: ignore[union-attr]  # a name that all have: lo
    assert shared["lan-neighbours"][0] == "GONE"
    assert network.HARDWARE_ADDRESS.startswith(looks["mac-address"][1][:8])
