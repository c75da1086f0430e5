"""Which detection rules there are, which of them run, and who said so."""

from hinomi.pipeline.rules.cards import OWN, SHELF, RuleCard
from hinomi.pipeline.rules.selection import by_state, cards, rule_set
from hinomi.pipeline.rules.switches import State, Switch, Switches

__all__ = ["OWN", "SHELF", "RuleCard", "State", "Switch", "Switches", "by_state", "cards", "rule_set"]
