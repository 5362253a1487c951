"""Names of programs that many people use, so that they may be shown; any other name stays masked or is only counted."""

from __future__ import annotations

from typing import Final

SHELLS: Final = frozenset(
    "sh bash dash zsh fish ksh mksh tcsh csh nu pwsh powershell powershell.exe pwsh.exe cmd.exe busybox elvish xonsh".split()
)
LAUNCHERS: Final = SHELLS | frozenset(
    (
        "systemd init launchd explorer.exe services.exe sshd sshd-session login su sudo doas screen tmux tmux: zellij script cron crond "
        "gnome-shell gnome-terminal gnome-terminal-server gnome-session-binary ptyxis konsole kitty alacritty wezterm-gui foot xterm urxvt "
        "xfce4-terminal tilix terminator plasmashell sway Terminal iTerm2 WindowsTerminal.exe ghostty warp code code-insiders codium "
        "cursor windsurf zed zeditor idea pycharm webstorm clion goland rider java node bun deno python python3 uv npm npx pnpm yarn make "
        "env containerd-shim docker dockerd podman conmon bwrap tini dumb-init runuser setpriv unshare claude codex gemini telltale Xorg"
    ).split()
)
DEV_TOOLS: Final = (
    "git gh python3 uv conda node npm pnpm yarn bun deno go cargo java mvn gradle dotnet gcc clang make ruby php docker podman kubectl "
    "terraform aws gcloud az code"
).split()
# Kinds of program whose presence says something about a person; matched on the start of the lower-case name.
KINDS: Final = (
    (
        "VPN or proxy",
        (
            "openvpn",
            "wireguard",
            "wg-quick",
            "tailscale",
            "mullvad",
            "nordvpn",
            "protonvpn",
            "zerotier",
            "clash",
            "v2ray",
            "xray",
            "sing-box",
            "openconnect",
            "warp-svc",
            "gpagent",
            "globalprotect",
            "vpnagent",
        ),
    ),
    (
        "chat or meeting",
        (
            "slack",
            "discord",
            "telegram",
            "signal-desktop",
            "element",
            "teams",
            "ms-teams",
            "zoom",
            "skype",
            "whatsapp",
            "wechat",
            "dingtalk",
            "feishu",
            "lark",
            "mattermost",
            "thunderbird",
            "outlook",
            "evolution",
        ),
    ),
    (
        "security or management",
        (
            "falcon-sensor",
            "csfalcon",
            "sentinel",
            "mdatp",
            "msmpeng",
            "wdavdaemon",
            "clamd",
            "osqueryd",
            "jamf",
            "cbagent",
            "esets",
            "ekrn",
            "avast",
            "auditd",
            "taniumclient",
            "intune",
        ),
    ),
    ("browser", ("firefox", "chrome", "chromium", "brave", "msedge", "microsoft-edge", "opera", "vivaldi", "safari")),
    ("container or virtual machine", ("dockerd", "containerd", "podman", "qemu", "virtualbox", "vboxsvc", "vmware", "libvirtd")),
)


def shown_name(name: str, known: frozenset[str] = LAUNCHERS) -> str:
    """Return the name if many people use this program, else an empty text."""
    return name if name in known else ""


def kinds_among(names: frozenset[str]) -> tuple[str, ...]:
    """Return the telling kinds of program among lower-case names, in the order of the table."""
    return tuple(kind for kind, starts in KINDS if any(name.startswith(starts) for name in names))
