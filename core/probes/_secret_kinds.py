"""What a secret looks like by name and by prefix; a value is classified and dropped, never returned.

The tables name kinds of secrets in neutral words. Prefixes are those the issuers document for their own key scanning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.redact import Sensitive, describe_secret, open_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PREFIXES: Final = (
    ("sk-ant-", "Anthropic key"),
    ("sk-proj-", "OpenAI key"),
    ("sk-svcacct-", "OpenAI key"),
    ("sk-or-", "OpenRouter key"),
    ("sk_live_", "Stripe key"),
    ("sk_test_", "Stripe test key"),
    ("rk_live_", "Stripe key"),
    ("whsec_", "webhook secret"),
    ("sk-", "AI service key"),
    ("ghp_", "GitHub token"),
    ("gho_", "GitHub token"),
    ("ghu_", "GitHub token"),
    ("ghs_", "GitHub token"),
    ("ghr_", "GitHub token"),
    ("github_pat_", "GitHub token"),
    ("glpat-", "GitLab token"),
    ("glsa_", "Grafana token"),
    ("AKIA", "AWS access key"),
    ("ASIA", "AWS session key"),
    ("LTAI", "Alibaba Cloud access key"),
    ("AKID", "Tencent Cloud access key"),
    ("AIza", "Google API key"),
    ("ya29.", "Google session token"),
    ("xoxb-", "Slack token"),
    ("xoxp-", "Slack token"),
    ("xoxa-", "Slack token"),
    ("xapp-", "Slack token"),
    ("hf_", "Hugging Face token"),
    ("gsk_", "Groq key"),
    ("xai-", "xAI key"),
    ("r8_", "Replicate token"),
    ("pplx-", "Perplexity key"),
    ("nvapi-", "NVIDIA key"),
    ("npm_", "npm token"),
    ("pypi-", "PyPI token"),
    ("dckr_pat_", "Docker token"),
    ("hvs.", "Vault token"),
    ("dop_v1_", "DigitalOcean token"),
    ("shpat_", "Shopify token"),
    ("figd_", "Figma token"),
    ("lin_api_", "Linear key"),
    ("ntn_", "Notion token"),
    ("tskey-", "Tailscale key"),
    ("ATATT", "Atlassian token"),
    ("SG.", "SendGrid key"),
    ("eyJ", "signed token"),
    ("-----BEGIN", "private key or certificate"),
)
_PREFIX_TUPLE: Final = tuple(prefix for prefix, _ in _PREFIXES)
_PREFIX_FLOOR: Final = 16
_MOST_ADDRESSES: Final = 50

# Names whose meaning their makers document, so that the name itself may be shown.
_KNOWN_NAMES: Final = {
    "ANTHROPIC_API_KEY": "Anthropic key",
    "ANTHROPIC_AUTH_TOKEN": "Anthropic token",
    "CLAUDE_CODE_OAUTH_TOKEN": "Anthropic token",
    "OPENAI_API_KEY": "OpenAI key",
    "AZURE_OPENAI_API_KEY": "Azure key",
    "CODEX_API_KEY": "OpenAI key",
    "GEMINI_API_KEY": "Google API key",
    "GOOGLE_API_KEY": "Google API key",
    "MISTRAL_API_KEY": "Mistral key",
    "DEEPSEEK_API_KEY": "DeepSeek key",
    "DASHSCOPE_API_KEY": "Alibaba Cloud key",
    "MOONSHOT_API_KEY": "Moonshot key",
    "ZHIPUAI_API_KEY": "Zhipu key",
    "QIANFAN_API_KEY": "Baidu key",
    "GROQ_API_KEY": "Groq key",
    "XAI_API_KEY": "xAI key",
    "OPENROUTER_API_KEY": "OpenRouter key",
    "COHERE_API_KEY": "Cohere key",
    "HF_TOKEN": "Hugging Face token",
    "HUGGING_FACE_HUB_TOKEN": "Hugging Face token",
    "GITHUB_TOKEN": "GitHub token",
    "GH_TOKEN": "GitHub token",
    "COPILOT_GITHUB_TOKEN": "GitHub token",
    "GITLAB_TOKEN": "GitLab token",
    "CI_JOB_TOKEN": "GitLab token",
    "AWS_ACCESS_KEY_ID": "AWS access key",
    "AWS_SECRET_ACCESS_KEY": "AWS secret key",
    "AWS_SESSION_TOKEN": "AWS session token",
    "AWS_BEARER_TOKEN_BEDROCK": "AWS token",
    "AZURE_CLIENT_SECRET": "Azure secret",
    "ARM_CLIENT_SECRET": "Azure secret",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "Alibaba Cloud secret key",
    "TENCENTCLOUD_SECRET_KEY": "Tencent Cloud secret key",
    "DIGITALOCEAN_ACCESS_TOKEN": "DigitalOcean token",
    "CLOUDFLARE_API_TOKEN": "Cloudflare token",
    "NPM_TOKEN": "npm token",
    "NODE_AUTH_TOKEN": "npm token",
    "TWINE_PASSWORD": "PyPI password",
    "UV_PUBLISH_TOKEN": "PyPI token",
    "CARGO_REGISTRY_TOKEN": "crates.io token",
    "VAULT_TOKEN": "Vault token",
    "PGPASSWORD": "database password",
    "MYSQL_PWD": "database password",
    "REDISCLI_AUTH": "database password",
    "SSHPASS": "SSH password",
    "SENTRY_AUTH_TOKEN": "Sentry token",
    "SLACK_BOT_TOKEN": "Slack token",
    "TELEGRAM_BOT_TOKEN": "Telegram token",
    "OTEL_EXPORTER_OTLP_HEADERS": "telemetry headers, which may hold a key",
}
_ENDINGS: Final = (
    ("_API_KEY", "key"),
    ("_APIKEY", "key"),
    ("_ACCESS_KEY", "key"),
    ("_PRIVATE_KEY", "private key"),
    ("_SECRET_KEY", "secret key"),
    ("_KEY", "key"),
    ("_TOKEN", "token"),
    ("_SECRET", "secret"),
    ("_PASSWORD", "password"),
    ("_PASSWD", "password"),
    ("_PASSPHRASE", "passphrase"),
    ("_PASS", "password"),
    ("_PWD", "password"),
    ("_CREDENTIALS", "credentials"),
    ("_PAT", "token"),
    ("PASSWORD", "password"),
    ("APIKEY", "key"),
)
_ENDING_TUPLE: Final = tuple(ending for ending, _ in _ENDINGS)
_BARE: Final = frozenset({"API_KEY", "APIKEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "ACCESS_TOKEN", "AUTH_TOKEN"})
_NO_SECRET_VALUES: Final = frozenset({"", "0", "1", "true", "false", "yes", "no", "on", "off", "none", "null", "changeme"})
_ELSEWHERE: Final = ("$", "`", "<", "op://", "vault:", "arn:", "file:")
_NOT_NAMES: Final = frozenset({"OLDPWD", "PWD"})


def kind_by_prefix(text: str) -> str:
    """Return what kind of secret a text starts like, or an empty text."""
    if len(text) < _PREFIX_FLOOR or not text.startswith(_PREFIX_TUPLE):
        return ""
    return next(kind for prefix, kind in _PREFIXES if text.startswith(prefix))


def has_credentials(text: str) -> bool:
    """Return whether a text holds an address with a password or known token in it (`scheme://name:password@host`)."""
    return any(_opens_with_credentials(rest) for rest in text.split("://", _MOST_ADDRESSES)[1:])


def _opens_with_credentials(rest: str) -> bool:
    for end in "/?# \t\"'<>":
        rest = rest.partition(end)[0]
    user, at, _ = rest.rpartition("@")
    if not at:
        return False
    _, colon, word = user.partition(":")
    return bool(colon and word and not word.startswith(("$", "%", "{"))) or bool(kind_by_prefix(user))


def kind_by_name(name: str) -> tuple[str, str]:
    """Return (name fit for showing, kind) if a variable's name means a secret, else two empty texts."""
    upper = name.upper()
    if upper in _KNOWN_NAMES:
        return upper, _KNOWN_NAMES[upper]
    if upper in _BARE:
        return upper, "secret"
    if upper in _NOT_NAMES or not upper.endswith(_ENDING_TUPLE):
        return "", ""
    ending, kind = next((ending, kind) for ending, kind in _ENDINGS if upper.endswith(ending))
    return f"*{ending}", kind


def classify(name: str, value: str) -> Sensitive | None:
    """Describe a variable that holds a secret: shown name, kind and length class; None if it holds none. The value is dropped."""
    text = value.strip().strip("\"'")
    if text.lower() in _NO_SECRET_VALUES or text.startswith(_ELSEWHERE):
        return None
    shown, named = kind_by_name(name)
    kind = kind_by_prefix(text)
    if kind:
        return _described(shown or "a variable with an everyday name", kind, text)
    if has_credentials(text):
        return _described(shown or "an address", "password inside an address", text)
    if not named or text.isdigit() or (shown.startswith("*") and _looks_like_path(text)):
        return None
    return _described(shown, named, text)


def _described(shown: str, kind: str, text: str) -> Sensitive:
    return open_text(f"{shown}: {describe_secret(kind, text).masked}")


def _looks_like_path(text: str) -> bool:
    return text.startswith(("/", "~", "./", "../")) or text[1:3] == ":\\"


def secrets_in(pairs: Iterable[tuple[str, str]]) -> tuple[Sensitive, ...]:
    """Describe every secret among named values, in order; equal descriptions stay, since each is a secret of its own."""
    return tuple(found for name, value in pairs if (found := classify(name, value)) is not None)


def assignments(text: str) -> Iterator[tuple[str, str]]:
    """Yield the assignments of a shell, dotenv or environment.d file (`A=b`, `export A=b`, `set -gx A b`), never running it."""
    for line in text.splitlines():
        words = line.strip()
        if words.startswith("set ") and "=" not in words:
            parts = [part for part in words.split(None, 8)[1:] if not part.startswith("-")]
            if len(parts) >= 2:
                yield parts[0], " ".join(parts[1:])
            continue
        for opener in ("export ", "setenv ", "$env:"):
            words = words.removeprefix(opener).strip()
        name, equals, value = words.partition("=")
        name = name.strip()
        if equals and name.replace("_", "a").replace(".", "a").isalnum() and name.isascii() and not name[0].isdigit():
            yield name, value.strip()


def looks_secret_argument(argument: str) -> bool:
    """Return whether one word of a command line holds a secret (`--token=...`, a known prefix, an address with a password)."""
    name, equals, value = argument.partition("=")
    if kind_by_prefix(argument) or has_credentials(argument):
        return True
    if not equals:
        return False
    return classify("X_" + name.lstrip("-").replace("-", "_"), value) is not None
