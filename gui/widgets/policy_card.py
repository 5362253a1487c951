"""Settings: the organisation's policy, where it is looked for, and what it fixes; Telltale reads it and never writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from core import paths
from core.policy import PolicyScope
from gui.policy_words import rule_words
from gui.widgets.basic import clear, column, label
from gui.widgets.settings_card import settings_card

if TYPE_CHECKING:
    from core.policy import Hide, Policy, Rule
    from gui.context import Context

SHOWN: Final = 8


class PolicyCard(QWidget):
    """Follows the policy of the machine shown."""

    def __init__(self, context: Context) -> None:
        """Show what is in force."""
        super().__init__()
        self._context = context
        card, layout = settings_card(self.tr("Your organisation's policy"))
        self._lines: QVBoxLayout = column(spacing=6)
        layout.addLayout(self._lines)
        about = self.tr(
            "A file in which an organisation says which AI tools it allows and what must be hidden from them. Telltale shows it and never "
            "writes it; it can ask for more to be hidden, never for less. \u201ctelltale policy check\u201d tests one."
        )
        layout.addWidget(label(about, "muted", wrap=True))
        outer = column()
        outer.addWidget(card)
        self.setLayout(outer)
        context.tools.policy_changed.connect(self._fill)
        context.tools.opened.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        clear(self._lines)
        state = self._context.tools.policy
        policies = state.policies if state is not None else ()
        for scope, place in self._places(policies).items():
            policy = next((item for item in policies if item.scope is scope), None)
            self._add(self._titles()[scope], "")
            shown = self._add(policy.place if policy is not None and policy.place else paths.home_relative(place), "small")
            shown.setFont(self._context.theme.font(0.92, mono=True))
            if policy is None:
                self._add(self.tr("There is no policy in force from here."), "small")
            else:
                self._add_policy(policy)
        for message in state.messages if state is not None else ():
            self._add(message, "warning")

    def _places(self, policies: tuple[Policy, ...]) -> dict[PolicyScope, str]:
        """Return where policies are looked for; an invented machine has its own only."""
        if self._context.store.is_synthetic:
            return {policy.scope: policy.place for policy in policies} or {PolicyScope.SYSTEM: self.tr("none with this invented machine")}
        return {PolicyScope.SYSTEM: str(paths.system_policy_file()), PolicyScope.USER: str(paths.user_policy_file())}

    def _titles(self) -> dict[PolicyScope, str]:
        return {
            PolicyScope.SYSTEM: self.tr("For this computer; only an administrator can change it, and it comes first"),
            PolicyScope.USER: self.tr("For you"),
            PolicyScope.FILE: self.tr("From a file"),
        }

    def _add_policy(self, policy: Policy) -> None:
        self._add(self.tr("In force, by {organisation}. It fixes:").format(organisation=policy.organisation), "small")
        lines = [self._rule(rule) for rule in policy.rules] + [self._hide(hide) for hide in policy.hides]
        for text in lines[:SHOWN]:
            self._add(f"\u2022 {text}", "small")
        if len(lines) > SHOWN:
            self._add(self.tr("\u2026 and {count} more").format(count=len(lines) - SHOWN), "small")

    def _rule(self, rule: Rule) -> str:
        tools = self._context.tools
        other = self.tr("Tools of {vendor}").format(vendor=rule.vendor) if rule.vendor else self.tr("Every other AI tool")
        return f"{tools.name(rule.tool) if rule.tool else other}: {rule_words(rule, tools.today)}"

    def _hide(self, hide: Hide) -> str:
        found = self._context.store.signals.get(hide.signal)
        names = [self._context.tools.name(tool) for tool in hide.tools]
        text = self.tr("To be hidden from {tools}: {signal}") if names else self.tr("To be hidden from every AI tool: {signal}")
        return text.format(tools=", ".join(names), signal=found.title if found is not None else hide.signal)

    def _add(self, text: str, look: str) -> QWidget:
        made = label(text, look, wrap=True)
        self._lines.addWidget(made)
        return made
