"""Launch settings that belong together: of which sets only a part is in place, and what such a half still tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.toggles.launch import NETWORK
from core.toggles.model import LaunchGroup
from core.toggles.reach import FILE_ONLY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.toggles.launch import LaunchProfile


@dataclass(frozen=True, slots=True)
class Half:
    """A set of settings of which only a part is in place: what that still tells, as a sentence."""

    group: LaunchGroup
    sentence: str


@dataclass(frozen=True, slots=True)
class _Rule:
    group: LaunchGroup
    applies: Callable[[LaunchProfile, Mapping[str, str]], bool]
    sentence: str


def _same_in_both_cases(profile: LaunchProfile, env: Mapping[str, str]) -> bool:
    del profile
    proxies = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
    return any((name in env) != (name.upper() in env) for name in proxies)


_RULES: Final = (
    _Rule(
        LaunchGroup.ZONE,
        lambda profile, env: env.get("TZ") == "UTC" and "zone" not in profile.parts,
        "Dates say UTC, but the link /etc/localtime still names the real zone for programs that read it (Codex does); add the sandbox.",
    ),
    _Rule(
        LaunchGroup.ZONE,
        lambda profile, env: "zone" in profile.parts and env.get("TZ", "UTC") != "UTC",
        "The zone's files say UTC, but TZ names another zone.",
    ),
    _Rule(
        LaunchGroup.ZONE,
        lambda profile, env: profile.environment_set.get("TZ", "UTC") != "UTC" and "TZ" in env,
        "TZ must be exactly UTC: with any other spelling some programs fall back to the real zone.",
    ),
    _Rule(
        LaunchGroup.LANGUAGE,
        lambda profile, env: "LC_ALL" in profile.environment_set and bool(env.get("LANGUAGE")),
        "LC_ALL is uniform, but LANGUAGE is still set and outranks it in many programs.",
    ),
    _Rule(
        LaunchGroup.LANGUAGE,
        lambda profile, env: "LANG" in profile.environment_set and "LC_ALL" not in env and any(name.startswith("LC_") for name in env),
        "LANG is uniform, but variables such as LC_TIME still name the real language.",
    ),
    _Rule(
        LaunchGroup.IDENTITY,
        lambda profile, _: "USER" in profile.environment_set and "accounts" not in profile.parts,
        "USER is uniform, but the account database and the home folder's path still name the account.",
    ),
    _Rule(
        LaunchGroup.IDENTITY,
        lambda profile, _: "accounts" in profile.parts and "hostname" not in profile.parts,
        "The account is neutral, but the host name, which often holds a person's name, is not.",
    ),
    _Rule(
        LaunchGroup.IDENTITY,
        lambda profile, _: ("hostname" in profile.parts) != ("hosts" in profile.parts),
        "The host name is hidden in one place only: the kernel's name and /etc/hosts belong together.",
    ),
    _Rule(
        LaunchGroup.DEVICE,
        lambda profile, _: "machine-id" in profile.parts and not {"bus", "runtime"} & profile.parts,
        "The machine id's files are uniform, but any D-Bus socket still answers with the real one.",
    ),
    _Rule(
        LaunchGroup.DEVICE,
        lambda profile, _: "display" in profile.parts and NETWORK not in profile.parts,
        FILE_ONLY,
    ),
    _Rule(
        LaunchGroup.NETWORK,
        lambda profile, env: any("proxy" in name.lower() for name in profile.environment_unset) and _same_in_both_cases(profile, env),
        "A proxy variable is left out in one spelling (capitals or small letters) and kept in the other.",
    ),
    _Rule(
        LaunchGroup.SECRETS,
        lambda profile, _: "home" not in profile.parts and any("TOKEN" in n or "KEY" in n for n in profile.environment_unset),
        "Secrets are left out of the environment, but the files in the home folder that hold them can still be read.",
    ),
)


def half_done(profile: LaunchProfile, env: Mapping[str, str]) -> tuple[Half, ...]:
    """Return what is only half neutral in this launch; such a pair can say more than it hides."""
    return tuple(Half(rule.group, rule.sentence) for rule in _RULES if rule.applies(profile, env))
