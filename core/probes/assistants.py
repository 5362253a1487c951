"""The probe that finds what other AI assistants keep: which known state folders exist, never what is in them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from core.model import System
from core.probes._places import from_variable, gather, in_listings, label_of, presence_result
from core.probes.registry import probe

if TYPE_CHECKING:
    from core.host.base import Host
    from core.probes.result import Answer

# Assistant, then its places; a place without a token lies in the home folder on every system.
_HOME_PLACES: Final = (
    ("Claude Code", "~/.claude"),
    ("Claude Code", "~/.claude.json"),
    ("Codex", "~/.codex"),
    ("Gemini", "~/.gemini"),
    ("Qwen Code", "~/.qwen"),
    ("GitHub Copilot", "~/.copilot"),
    ("Qoder", "~/.qoder"),
    ("opencode", "~/.opencode"),
    ("Cline", "~/.cline"),
    ("Continue", "~/.continue"),
    ("Factory Droid", "~/.factory"),
    ("Grok Build", "~/.grok"),
    ("Kimi Code", "~/.kimi-code"),
    ("Kimi Code", "~/.kimi"),
    ("Amp", "~/.amp"),
    ("Augment", "~/.augment"),
    ("pi", "~/.pi"),
    ("Mistral Vibe", "~/.vibe"),
    ("Aider", "~/.aider"),
    ("Aider", "~/.aider.conf.yml"),
    ("Cursor", "~/.cursor"),
    ("Windsurf or Codeium", "~/.codeium"),
    ("Windsurf or Codeium", "~/.windsurf"),
    ("Devin", "~/.devin"),
    ("Kiro", "~/.kiro"),
    ("Antigravity", "~/.antigravity"),
    ("Roo Code", "~/.roo"),
    ("Kilo Code", "~/.kilocode"),
    ("Tabnine", "~/.tabnine"),
    ("Lingma", "~/.lingma"),
    ("CodeBuddy", "~/.codebuddy"),
    ("Comate", "~/.comate"),
    ("MarsCode", "~/.marscode"),
    ("Trae", "~/.trae"),
    ("Plandex", "~/.plandex-home-v2"),
    ("Ollama", "~/.ollama"),
    ("LM Studio", "~/.lmstudio"),
    ("Warp", "~/.warp"),
)
_SUPPORT: Final = "~/Library/Application Support"
_XDG_PLACES: Final = (
    ("GitHub Copilot", "{config}/github-copilot"),
    ("opencode", "{config}/opencode"),
    ("opencode", "{data}/opencode"),
    ("Amp", "{config}/amp"),
    ("Amp", "{data}/amp"),
    ("Crush", "{config}/crush"),
    ("Crush", "{data}/crush"),
    ("goose", "{config}/goose"),
    ("goose", "{data}/goose"),
    ("gptme", "{config}/gptme"),
    ("Open Interpreter", "{config}/open-interpreter"),
    ("llm", "{config}/io.datasette.llm"),
    ("Amazon Q", "{data}/amazon-q"),
    ("Zed", "{config}/zed"),
)
_OWN_PLACES: Final = {
    System.LINUX: (
        *_XDG_PLACES,
        ("VS Code", "{config}/Code/User"),
        ("Cursor", "{config}/Cursor/User"),
        ("Claude Desktop", "{config}/Claude"),
        ("Jan", "{config}/Jan"),
        ("Warp", "{config}/warp-terminal"),
    ),
    System.MACOS: (
        *_XDG_PLACES,
        ("VS Code", f"{_SUPPORT}/Code/User"),
        ("Cursor", f"{_SUPPORT}/Cursor/User"),
        ("Claude Desktop", f"{_SUPPORT}/Claude"),
        ("ChatGPT", f"{_SUPPORT}/com.openai.chat"),
        ("Jan", f"{_SUPPORT}/Jan"),
        ("Ollama", f"{_SUPPORT}/Ollama"),
    ),
    System.WINDOWS: (
        ("VS Code", "{roaming}/Code/User"),
        ("Cursor", "{roaming}/Cursor/User"),
        ("Claude Desktop", "{roaming}/Claude"),
        ("GitHub Copilot", "{local}/github-copilot"),
        ("Crush", "{local}/crush"),
        ("goose", "{roaming}/Block/goose"),
        ("CodeBuddy", "{roaming}/CodeBuddy"),
        ("Qoder", "{roaming}/Qoder"),
        ("Ollama", "{local}/Ollama"),
    ),
}
_MOVED_BY: Final = ("CLAUDE_CONFIG_DIR", "CODEX_HOME", "QWEN_HOME")


@probe("ai-tool-data")
def ai_tool_data(host: Host) -> Answer:
    """Tell which assistants' state folders exist; they are not opened."""
    places = (*_HOME_PLACES, *_OWN_PLACES[host.system])
    by_tool: dict[str, list[str]] = {}
    for tool, template in places:
        by_tool.setdefault(tool, []).append(template)
    named = [(tool if len(by_tool[tool]) == 1 else f"{tool} ({label_of(host, template)})", template) for tool, template in places]
    sources = in_listings(host, named, "present")
    for name in _MOVED_BY:
        sources += from_variable(host, name, partial(presence_result, words="its data was moved to another place"))
    return gather(sources, "place", empty="No data of a known assistant was found.")
