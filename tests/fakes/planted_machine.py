"""A machine with a secret in every place that probes of secrets, work, environment and activity look at."""

from __future__ import annotations

import base64

from core.host.recorded import RecordedHost
from core.probes.registry import load

CANARY = "Q7canaryZx"
PLANTED = f"sk-ant-{CANARY}0123456789abcdef{CANARY}"
MODULES = {
    f"core.probes.{name}" for name in ("environment", "software", "installed", "work", "assistants", "secrets", "activity", "processes")
}
NAMES = sorted({name for (name, _), function in load().items() if function.__module__ in MODULES})
ENDINGS = [
    ".bash_history",
    ".zsh_history",
    ".python_history",
    ".npmrc",
    ".pypirc",
    ".netrc",
    ".git-credentials",
    ".vault-token",
    ".claude.json",
    ".viminfo",
    "_netrc",
]
FILES = [
    ".aws/credentials", ".kube/config", ".docker/config.json", ".cargo/credentials.toml", ".m2/settings.xml", ".gradle/gradle.properties", ".gem/credentials",
    ".config/pip/pip.conf", ".config/gh/hosts.yml", ".config/glab-cli/config.yml", ".cache/huggingface/token", ".azure/msal_token_cache.json", ".oci/config",
    ".aliyun/config.json", ".config/gcloud/application_default_credentials.json", ".gnupg/pubring.kbx", ".bashrc", ".profile", ".zshrc", ".ssh/id_rsa",
    ".config/environment.d/x.conf", ".config/fish/config.fish", ".local/share/recently-used.xbel", ".local/share/fish/fish_history", ".codex/auth.json",
    ".config/google-chrome/Local State", ".mozilla/firefox/profiles.ini", ".terraform.d/credentials.tfrc.json", ".password-store/x.gpg",
]  # fmt: skip
TEXT = (
    f'export A_TOKEN={PLANTED}\nset -gx B_KEY {PLANTED}\nC = "{PLANTED}"\npassword = {PLANTED}\nhttps://{CANARY}:{PLANTED}@{CANARY}.test/x\n[{CANARY}]\n'
    f'"auth": "{PLANTED}"\n//{CANARY}.test/:_authToken={PLANTED}\n<password>{PLANTED}</password>\nmachine {CANARY} login {CANARY} password {PLANTED}\n'
    f'<bookmark href="{CANARY}">\n- context: {CANARY}\n  token: {PLANTED}\nXDG_DESKTOP_DIR="$HOME/{CANARY}"\nPackage: {CANARY}\n'
)
ENV = {
    "OPENAI_API_KEY": PLANTED, "ACME_TOKEN": PLANTED, "DATABASE_URL": f"postgres://u:{PLANTED}@db.test/x", "HISTFILE": f"/srv/{CANARY}", "KUBECONFIG": f"/srv/{CANARY}",
    "AI_AGENT": CANARY, "CODEX_THREAD_ID": CANARY, "GITHUB_ACTIONS": CANARY, "DO_NOT_TRACK": CANARY, "OTEL_EXPORTER_OTLP_HEADERS": f"x={PLANTED}",
    "OTEL_EXPORTER_OTLP_ENDPOINT": f"https://u:{PLANTED}@c.test:4318", "OTEL_RESOURCE_ATTRIBUTES": f"user={CANARY}", "OTEL_X": CANARY, "NODE_OPTIONS": f"--require={CANARY}",
    "LD_PRELOAD": f"/{CANARY}.so", "TMUX": CANARY, "ITERM_SESSION_ID": CANARY, "WT_SESSION": CANARY, "VSCODE_PID": CANARY, "CURSOR_TRACE_ID": CANARY, "DISPLAY": f"{CANARY}:0",
    "XDG_RUNTIME_DIR": f"/run/{CANARY}", "WAYLAND_DISPLAY": CANARY, "GNUPGHOME": f"/srv/{CANARY}", "CLAUDE_CONFIG_DIR": f"/srv/{CANARY}", "NETRC": f"/srv/{CANARY}",
    "AWS_SHARED_CREDENTIALS_FILE": f"/srv/{CANARY}", "NPM_CONFIG_USERCONFIG": f"{CANARY}/x", "SESSIONNAME": CANARY, "SSH_CONNECTION": CANARY,
}  # fmt: skip
PROCESSES = [
    {"pid": 5, "ppid": 1, "name": CANARY, "exe": f"/{CANARY}", "argv": ["x", f"--token={PLANTED}", PLANTED], "user": CANARY},
    {"pid": 1, "ppid": 0, "name": "init", "user": "root"},
]


def openssh(cipher: bytes) -> str:
    """Return the documented form of an OpenSSH key file: a magic word, then the cipher's length and name."""
    body = base64.b64encode(b"openssh-key-v1\0" + len(cipher).to_bytes(4, "big") + cipher + b"\0" * 200).decode()
    lines = "\n".join(body[start : start + 70] for start in range(0, len(body), 70))
    return f"-----BEGIN OPENSSH PRIVATE KEY-----\n{lines}\n-----END OPENSSH PRIVATE KEY-----\n"


def planted(system: str, *, refused: bool = False) -> RecordedHost:
    """Return the machine; `refused` makes every file unreadable."""
    home = {"linux": "/home/mia", "macos": "/Users/mia", "windows": "C:/Users/mia"}[system]
    files = _files(home)
    return RecordedHost(
        {
            "system": system,
            "home": home,
            "cwd": f"{home}/project",
            "env": ENV,
            "files": files,
            "denied": list(files) if refused else [],
            "account": {"uid": 1000, "gid": 1000, "name": "mia", "shell": "/bin/bash"},
            "processes": PROCESSES,
            "logged_in": [{"user": CANARY, "terminal": CANARY, "remote": CANARY, "since": 1.0}],
            "registry": {
                "HKCU\\Environment": {"X_TOKEN": PLANTED},
                f"HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\{CANARY}": {"DisplayName": CANARY},
                "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Windows": {"AppInit_DLLs": CANARY},
            },
        },
        "planted",
    )


def _files(home: str) -> dict[str, str]:
    files = {f"{home}/{name}": TEXT for name in (*ENDINGS, *FILES)}
    files |= {
        f"{home}/AppData/Roaming/{name}": TEXT
        for name in ("pip/pip.ini", "NuGet/NuGet.Config", "GitHub CLI/hosts.yml", "gcloud/credentials.db")
    }
    history = "AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine/ConsoleHost_history.txt"
    files |= {
        f"{home}/{history}": TEXT,
        f"{home}/.ssh/{CANARY}": openssh(CANARY.encode()),
        f"{home}/.ssh/{CANARY}.pub": TEXT,
        f"{home}/project/.env": TEXT,
    }
    files |= {
        f"{home}/project/.env.{CANARY}": TEXT,
        f"{home}/project/{CANARY}.pem": TEXT,
        "/etc/environment": TEXT,
        "/var/lib/dpkg/status": TEXT,
    }
    files |= {
        f"/srv/{CANARY}": TEXT,
        f"{home}/Desktop/{CANARY}": "x",
        f"{home}/.config/user-dirs.dirs": TEXT,
        f"{home}/.local/share/keyrings/{CANARY}.keyring": TEXT,
    }
    return files
