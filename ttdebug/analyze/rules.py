"""What must never, always or eventually be so in a recording; also several from a TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Final, Literal, TypeAlias

from ttdebug.errors import ConditionError, UsageError
from ttdebug.replay import conditions
from ttdebug.replay.conditions import AnyCondition, Condition, Temporal

Kind: TypeAlias = Literal["never", "always", "eventually"]

KINDS: Final[tuple[Kind, ...]] = ("never", "always", "eventually")

_KEYS: Final = ("name", *KINDS, "agent", "run", "missing")
_FORM: Final = 'write [[rule]], then never = "state.budget.remaining == null"'


@dataclass(frozen=True)
class Rule:
    """What must never, always or eventually be so.

    `agent` is the one whose states or events are judged, `run` an id, a name or `last`; None takes
    all. An `eventually` is judged once per run, on the timeline on which the run ended. `sought`
    is what has to be found to judge it: for an `always`, that it does not hold. `missing_ok` takes
    it that nobody ever wrote a path it reads; else that is a typo, and the rule cannot be judged.
    """

    kind: Kind
    condition: AnyCondition
    sought: AnyCondition
    title: str | None = None
    agent: str | None = None
    run: str | None = None
    missing_ok: bool = False

    @classmethod
    def make(
        cls,
        kind: Kind,
        text: str,
        *,
        title: str | None = None,
        agent: str | None = None,
        run: str | None = None,
        missing_ok: bool = False,
    ) -> Rule:
        """A rule from the text of its condition; raises ConditionError."""
        sought = condition = conditions.compile(text)
        if kind == "always":
            if isinstance(condition, Temporal):
                raise ConditionError(
                    f"a sequence of events cannot always hold; say what must never happen: {text}",
                    text,
                    0,
                )
            sought = conditions.compile(f"not ({text})")
        return cls(kind, condition, sought, title, agent, run, missing_ok)

    def narrowed(self, agent: str | None, run: str | None, *, missing_ok: bool = False) -> Rule:
        """The same about an agent and a run where it leaves them open, or with paths missing."""
        return replace(
            self,
            agent=self.agent or agent,
            run=self.run or run,
            missing_ok=self.missing_ok or missing_ok,
        )

    @property
    def of_states(self) -> Condition | None:
        """The condition if it is on states alone, so that it is judged over stretches."""
        found = self.condition
        return found if isinstance(found, Condition) and found.edge else None

    @property
    def name(self) -> str:
        """What it is called: its title, or what it says."""
        return self.title or self.text

    @property
    def text(self) -> str:
        """What it says, such as `never state.budget.remaining == null`."""
        return f"{self.kind} {self.condition.text}"


def load(path: Path) -> list[Rule]:
    """The rules of a file, each a `[[rule]]` table, in order.

    A table has one of never, always and eventually, and may have name, agent and run, and
    missing = "ok", all texts. Raises UsageError that names the file and the rule.
    """
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as fault:
        raise UsageError(f"{path} cannot be read: {fault.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise UsageError(f"{path} is no TOML file: {fault}") from None
    _refuse_unknown(str(path), document, ["rule"])
    tables = document.get("rule", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise UsageError(f"{path}: rule is no list of tables; {_FORM}")
    if not tables:
        raise UsageError(f"{path} holds no rule; {_FORM}")
    rules = [_rule(f"{path}, rule {number}", table) for number, table in enumerate(tables, 1)]
    _refuse_namesakes(str(path), rules)
    return rules


def _rule(where: str, table: Mapping[str, object]) -> Rule:
    _refuse_unknown(where, table, _KEYS)
    for key, value in table.items():
        if not isinstance(value, str) or not value.strip():
            raise UsageError(f"{where}: {key} must be a text that is not empty")
    texts = {key: str(value) for key, value in table.items()}
    title = texts.get("name")
    where = f"{where} ({title})" if title else where
    kinds = [kind for kind in KINDS if kind in texts]
    if len(kinds) != 1:
        said = " and ".join(kinds) or "none"
        raise UsageError(f"{where} needs one of {', '.join(KINDS)}, and has {said}")
    if texts.get("missing", "ok") != "ok":
        raise UsageError(f'{where}: missing can only be "ok": the paths need not be there')
    (kind,) = kinds
    try:
        return Rule.make(
            kind,
            texts[kind],
            title=title,
            agent=texts.get("agent"),
            run=texts.get("run"),
            missing_ok="missing" in texts,
        )
    except ConditionError as fault:
        raise ConditionError(
            f"{where}: {fault}", fault.text, fault.column, fault.suggestion
        ) from None


def _refuse_unknown(where: str, table: Mapping[str, object], known: Iterable[str]) -> None:
    names = list(known)
    for key in table:
        if key not in names:
            near = get_close_matches(key, names, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there is {', '.join(names)}"
            raise UsageError(f"{where}: there is no key {key}; {hint}")


def _refuse_namesakes(where: str, rules: Iterable[Rule]) -> None:
    """Reports tell rules apart by their names."""
    seen: set[str] = set()
    for rule in rules:
        if rule.title in seen:
            raise UsageError(f"{where}: two rules are called {rule.title}; name one differently")
        if rule.title is not None:
            seen.add(rule.title)
