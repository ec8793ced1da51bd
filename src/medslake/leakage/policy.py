"""What happens on a hit, for each test and side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from medslake import registry
from medslake.errors import UnknownName, UsageError
from medslake.leak_tests.base import ACTIONS, SIDES, TRAINED, LeakTest

__all__ = ["Policy"]


@dataclass(frozen=True)
class Policy:
    """(test, side) -> action; see `medslake.leak_tests.base.ACTIONS`."""

    actions: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, changes: Iterable[str] = ()) -> Policy:
        """The defaults of the registered tests, changed by `changes`: `test=action` for training rows, `side:test=action` for another side.

        Raises UnknownName and UsageError for what no test, side or action is, and for an action that a side cannot take.
        """
        tests: dict[str, LeakTest] = registry.items("leak_test")
        actions = {(name, side): test.policy[side] for name, test in tests.items() for side in SIDES}
        for text in changes:
            where, equals, action = text.partition("=")
            side, _, test = where.rpartition(":")
            if not equals:
                raise UsageError(f"--policy {text!r} is not test=action.", hint="Example: --policy ngram=block")
            side = side or "train"
            for kind, name, known in (("leak test", test, list(tests)), ("side", side, SIDES), ("action", action, ACTIONS)):
                if name not in known:
                    raise UnknownName(kind, name, list(known))
            if action == "drop" and side not in TRAINED:
                raise UsageError(f"--policy {text!r}: only training rows can be dropped.", hint=f"Example: --policy {side}:{test}=tag")
            actions[test, side] = action
        return cls(actions)

    def tests(self, *wanted: str, sides: Iterable[str] = TRAINED) -> list[LeakTest]:
        """Registered tests whose action on one of these sides is one of `wanted` (default: any but off)."""
        tests: dict[str, LeakTest] = registry.items("leak_test")
        asked = wanted or tuple(a for a in ACTIONS if a != "off")
        return [test for name, test in tests.items() if any(self.actions[name, side] in asked for side in sides)]

    def only(self, *actions: str) -> Policy:
        """The same where the action is one of these; off elsewhere."""
        return Policy({pair: action if action in actions else "off" for pair, action in self.actions.items()})

    def options(self, of: Iterable[tuple[str, str]]) -> str:
        """` --policy side:test=action` for those of these pairs of test and side whose action is not the default."""
        usual = Policy.of().actions
        changed = [pair for pair in sorted(of) if usual[pair] != self.actions[pair]]
        return "".join(f" --policy {'' if side == 'train' else side + ':'}{test}={self.actions[test, side]}" for test, side in changed)

    def parts(self) -> list[tuple[str, str, str]]:
        """For fingerprints."""
        return [(test, side, action) for (test, side), action in sorted(self.actions.items())]
