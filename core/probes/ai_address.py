"""Probe for other server addresses than the makers' own that AI tools are set to use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from core.model import Origin
from core.probes import _address, _toolfiles
from core.probes._ask import asked, env_source, found
from core.probes._formats import exports, json_settings, toml_settings, yaml_pairs
from core.probes._parse import member
from core.probes._session_settings import config_home
from core.probes._toolfiles import Tool
from core.probes.registry import probe
from core.probes.result import Absent, Answer, Ok, separate_values, source
from core.redact import MaskKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.host.base import Host
    from core.model import SourceReading
    from core.redact import Sensitive

_VARIABLES: Final = (
    "ANTHROPIC_BASE_URL", "ANTHROPIC_BEDROCK_BASE_URL", "ANTHROPIC_BEDROCK_MANTLE_BASE_URL", "ANTHROPIC_VERTEX_BASE_URL",
    "ANTHROPIC_FOUNDRY_BASE_URL", "ANTHROPIC_AWS_BASE_URL", "ANTHROPIC_HOST", "OPENAI_BASE_URL", "OPENAI_API_BASE", "OPENAI_HOST",
    "AZURE_OPENAI_ENDPOINT", "GOOGLE_GEMINI_BASE_URL", "GOOGLE_VERTEX_BASE_URL", "CODE_ASSIST_ENDPOINT", "OLLAMA_HOST", "HF_ENDPOINT",
    "COPILOT_PROVIDER_BASE_URL", "COPILOT_GH_HOST", "GITHUB_COPILOT_API_URL", "GROK_XAI_API_BASE_URL", "GROK_MODELS_BASE_URL",
    "KIMI_BASE_URL", "KIMI_CODE_BASE_URL", "DOUBAO_BASE_URL", "CONTINUE_API_BASE", "CLINE_API_BASE_URL", "FACTORY_API_BASE_URL",
    "AUGMENT_API_URL", "AMP_URL", "PLANDEX_API_HOST",
)  # fmt: skip
_KNOWN: Final = frozenset(_VARIABLES)
_LITELLM: Final = re.compile(r"LITELLM_[A-Z0-9_]{1,60}(?:URL|BASE|ENDPOINT|HOST)")
_NOT_SET: Final = "No variable and no settings file names another server."
_KEYS: Final = frozenset(
    {"baseurl", "apibase", "openaiapibase", "openaibaseurl", "anthropicbaseurl", "endpoint", "apiurl", "overrideproxyurl"}
)


def is_address_key(key: str) -> bool:
    """Return whether a settings key names a server's address (`base_url`, `openai-api-base`, `cline.apiBase`)."""
    last = key.rpartition(".")[2]
    return key in _KNOWN or bool(_LITELLM.fullmatch(key)) or re.sub(r"[_-]", "", last).lower() in _KEYS


def addresses_in(data: object, depth: int = 0) -> Iterator[str]:
    """Yield every address under an address key, at most eight levels deep."""
    if depth > 8:
        return
    if isinstance(data, dict):
        for key, value in data.items():
            if isinstance(value, str) and is_address_key(str(key)) and _is_address(value):
                yield value
            else:
                yield from addresses_in(value, depth + 1)
    elif isinstance(data, list):
        for item in data[:200]:
            yield from addresses_in(item, depth + 1)


def _is_address(value: str) -> bool:
    return value.lower().startswith(("http://", "https://", "unix:", "localhost", "127."))


def _wrapped(addresses: Iterator[str]) -> list[Sensitive]:
    return _address.host_urls(list(addresses)[:50])


def from_json(text: str) -> list[Sensitive]:
    """Read settings in JSON, comments allowed."""
    return _wrapped(addresses_in(json_settings(text)))


def from_toml(text: str) -> list[Sensitive]:
    """Read settings in TOML."""
    return _wrapped(addresses_in(toml_settings(text)))


def from_yaml(text: str) -> list[Sensitive]:
    """Read settings in YAML."""
    return _wrapped(value for key, value in yaml_pairs(text) if is_address_key(key) and _is_address(value))


def from_dotenv(text: str) -> list[Sensitive]:
    """Read a file of variables."""
    return _wrapped(value for key, value in exports(text).items() if is_address_key(key) and value)


def _claude_json(text: str) -> list[Sensitive]:
    """Claude Code's settings set variables under `env`; other keys may hold addresses of other things."""
    return _wrapped(addresses_in(member(json_settings(text), "env")))


def _tools(host: Host) -> tuple[Tool, ...]:
    config, project = config_home(host), _toolfiles.in_project
    claude = ("~/.claude/settings.json", *project(host, ".claude/settings.json"), *project(host, ".claude/settings.local.json"))
    managed = ("/etc/claude-code/managed-settings.json", "/Library/Application Support/ClaudeCode/managed-settings.json")
    codex = (host.env("CODEX_HOME") or "~/.codex").rstrip("/\\")
    return (
        Tool("Claude Code", (*managed, *claude), _claude_json),
        Tool("Codex", (f"{codex}/config.toml", "/etc/codex/config.toml", *project(host, ".codex/config.toml")), from_toml),
        Tool("Gemini CLI", ("~/.gemini/.env", *project(host, ".gemini/.env")), from_dotenv),
        Tool("Qwen Code", ("~/.qwen/settings.json", *project(host, ".qwen/settings.json")), from_json),
        Tool(
            "opencode",
            (f"{config}/opencode/opencode.json", f"{config}/opencode/opencode.jsonc", *project(host, "opencode.json")),
            from_json,
        ),
        Tool("Continue", ("~/.continue/config.yaml",), from_yaml),
        Tool("Continue", ("~/.continue/config.json",), from_json),
        Tool("Kimi", ("~/.kimi/config.toml",), from_toml),
        Tool("Aider", ("~/.aider.conf.yml", *project(host, ".aider.conf.yml")), from_yaml),
        Tool("VS Code", _toolfiles.editor_files(host), from_json),
    )


@probe("ai-base-url")
def ai_base_url(host: Host) -> Answer:
    """Variables and settings files; only scheme, host and port are kept, because a path may hold a token."""
    sources = [_variable(host, name) for name in _variable_names(host)]
    for tool in _tools(host):
        sources += [item for item in _toolfiles.ask_tool(host, tool) if not isinstance(item.result, Absent)]
    if not sources:
        nothing = source("variables and settings files", Origin.USER, Absent(_NOT_SET))
        return Answer(nothing.result, (nothing,))
    good = [item.name for item in sources if isinstance(item.result, Ok)]
    return separate_values(sources, "" if len(good) < 3 else f"{len(good)} places")


def _variable_names(host: Host) -> list[str]:
    return sorted(name for name, value in host.environ().items() if value and (name in _KNOWN or _LITELLM.fullmatch(name)))


def _variable(host: Host, name: str) -> SourceReading:
    value = host.env(name)
    return asked(name, Origin.ENVIRONMENT, lambda: found(_address.host_urls([value]))) if value else env_source(host, name, MaskKind.URL)
