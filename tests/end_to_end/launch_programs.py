"""Runs on the marked machine: what plain node, Python and Java programs read, and whether everyday work goes on, through a preset."""

from __future__ import annotations

import json
import os
import shutil
import sys
from typing import TYPE_CHECKING, Any

from core.toggles.prepared import Situation, command
from core.toggles.run import completed
from tests.end_to_end.launch_requests import PROJECT, make_project, profile
from tests.end_to_end.launch_tools import program
from tests.end_to_end.marked_machine import MARKS

if TYPE_CHECKING:
    import subprocess

NODE = """const os=require('os');console.log(JSON.stringify({zone:Intl.DateTimeFormat().resolvedOptions().timeZone,offset:new Date().getTimezoneOffset(),
host:os.hostname(),user:os.userInfo().username,home:os.userInfo().homedir,env:process.env.CANARY_TOKEN||'',cwd:process.cwd(),
id:require('fs').readFileSync('/etc/machine-id','utf8').trim(),locale:Intl.DateTimeFormat().resolvedOptions().locale}))"""
PYTHON = """import json,os,socket,time,getpass,pathlib
print(json.dumps({'zone':os.path.realpath('/etc/localtime').split('zoneinfo/')[-1],'offset':time.timezone,'host':socket.gethostname(),
'user':getpass.getuser(),'home':str(pathlib.Path.home()),'env':os.environ.get('CANARY_TOKEN',''),'cwd':os.getcwd(),
'id':open('/var/lib/dbus/machine-id').read().strip() if os.path.exists('/var/lib/dbus/machine-id') else ''}))"""
JAVA = """public class P{public static void main(String[] a)throws Exception{System.out.println("{\\"zone\\":\\""+java.util.TimeZone.getDefault().getID()
+"\\",\\"host\\":\\""+java.net.InetAddress.getLocalHost().getHostName()+"\\",\\"user\\":\\""+System.getProperty("user.name")+"\\",\\"home\\":\\""
+System.getProperty("user.home")+"\\",\\"env\\":\\""+System.getenv().getOrDefault("CANARY_TOKEN","")+"\\",\\"cwd\\":\\""+System.getProperty("user.dir")+"\\"}");}}"""


def started(preset: str, *argv: str) -> subprocess.CompletedProcess[bytes]:
    """Run a program through a preset in the project."""
    found = shutil.which(argv[0]) or argv[0]
    prepared = command(profile(preset, "codex-cli"), [found, *argv[1:]], Situation(base_env=dict(os.environ), cwd=str(PROJECT)))
    return completed(prepared, timeout_s=120)


def reads(preset: str) -> dict[str, Any]:
    """Return what each runtime reads, as far as it is installed."""
    (PROJECT / "P.java").write_text(JAVA)
    ways = {"node": ("node", "-e", NODE), "python": ("/usr/bin/python3", "-c", PYTHON), "java": ("java", "P.java")}
    found = {}
    for name, argv in ways.items():
        if shutil.which(argv[0]):
            done = started(preset, *argv)
            found[name] = done.stdout.decode() + done.stderr.decode()[-300:]
    return found


def work(preset: str) -> dict[str, Any]:
    """Return how everyday work goes: a commit, an npm package from a folder, a sandbox of the tool's own, a browser."""
    (PROJECT / "local").mkdir()
    (PROJECT / "local/package.json").write_text('{"name":"local-thing","version":"1.0.0"}')
    (PROJECT / "package.json").write_text('{"name":"x","version":"1.0.0"}')
    commit = started(preset, "git", "commit", "-q", "--allow-empty", "-m", "inside")
    log = started(preset, "git", "log", "-1", "--format=%an <%ae> %ai").stdout.decode().strip()
    npm = started(preset, "npm", "install", "--offline", "--no-audit", "--no-fund", "./local") if shutil.which("npm") else None
    found: dict[str, Any] = {
        "commit": [commit.returncode, commit.stderr.decode()],
        "log": log,
        "npm": [npm.returncode, npm.stderr.decode()[-300:], (PROJECT / "node_modules/local-thing").exists()] if npm else None,
    }
    if codex := program("codex"):
        done = started(preset, str(codex), "sandbox", "--", "/bin/echo", "nested")
        denied = started(preset, str(codex), "sandbox", "--", "/bin/touch", "/home/outside")
        found["codex sandbox"] = [done.returncode, (done.stdout + done.stderr).decode()[-400:], denied.returncode]
    if shutil.which("chromium"):
        page = "data:text/html,<script>document.write(Intl.DateTimeFormat().resolvedOptions().timeZone+'|'+navigator.language)</script>"
        done = started(preset, "chromium", "--headless", "--disable-gpu", "--dump-dom", page)
        found["chromium"] = [done.returncode, done.stdout.decode()[-300:], done.stderr.decode()[-400:]]
    return found


if __name__ == "__main__":
    make_project()
    result = {"reads": reads(sys.argv[1]), "work": work(sys.argv[1])} if len(sys.argv) < 3 else {"work": work(sys.argv[1])}
    sys.stdout.write("\n" + json.dumps({**result, "marks": MARKS}) + "\n")
