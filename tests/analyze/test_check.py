"""Where a rule is broken, compared with a look at every event; and what is told about it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conditions.naive import NaiveFrame
from tests.recordings import Act, acts, recorded
from ttdebug.analyze import rules
from ttdebug.analyze.check import Part, Violation, check, doubts, unjudged
from ttdebug.analyze.rules import KINDS, Kind, Rule
from ttdebug.errors import ConditionError, UsageError
from ttdebug.model import MISSING, Event, Value
from ttdebug.replay.conditions import Condition
from ttdebug.replay.writes import ever_written
from ttdebug.store.trace import Trace

CONDITIONS = """
state.n > 3
state.n == null
not state.n > 3
exists(state.todo[id=2])
len(state.raw) < 4 and state.n > 2
not exists(state.s.x) or state.raw[0] == 2
states.a.n > 3
states.a.n > 3 or not exists(states.b.n)
state.n == states.b.n
event.status == "error"
event.status != "error"
changed(state.n)
state.n > 3 and event.type == "state"
before.n < state.n
event.seq > 4
true
""".strip().splitlines()


class OwnedFrame(NaiveFrame):
    """An event as one agent sees it."""

    def __init__(self, trace: Trace, timeline: int, event: Event, owner: str | None) -> None:
        super().__init__(trace, timeline, event)
        self.owner = owner


Spot = tuple[int, str | None, int]  # timeline, whose state, seq


def plain(rule: Rule) -> Condition:
    """What a rule asks of single events."""
    assert isinstance(rule.condition, Condition)
    return rule.condition


def naive(trace: Trace, rule: Rule, first: int, last: int) -> set[Spot]:
    """Every event that breaks a rule, by looking at each."""
    wanted, found = rule.kind == "never", set()
    for event in trace.events(first, last):
        line = event.timeline_id
        for owner, states in judged(trace, rule, event):
            if all(value is MISSING for value in states):
                continue
            frame = OwnedFrame(trace, line, event, owner or trace.owner(event.seq, line))
            if plain(rule).evaluate(frame) is wanted:
                found.add((line, owner, event.seq))
    return found


def judged(trace: Trace, rule: Rule, event: Event) -> list[tuple[str | None, list[Value]]]:
    """Whose states are judged at an event, and the states of which one has to be there."""
    reads, line = plain(rule).reads, event.timeline_id
    if not rule.condition.edge:
        return [(None, [None])] if rule.agent in (None, event.agent) else []
    if not reads.own:
        named = sorted({operand.agent or "" for operand in reads.operands})
        states = [trace.state(event.seq, agent, line) for agent in named]
        return [(named[0] if len(named) == 1 else None, states)]
    own = [operand.path for operand in reads.operands if operand.agent is None]
    agents = {agent for at in trace.timelines for agent in trace.agents_with_state(at)}
    about = {agent for agent in agents if any(ever_written(trace, path, agent) for path in own)}
    chosen = {rule.agent} & agents if rule.agent else about or agents
    return [(agent, [trace.state(event.seq, agent or "", line)]) for agent in chosen]


def spots(found: list[Violation]) -> set[Spot]:
    """The events of stretches."""
    every: set[Spot] = set()
    for violation in found:
        lineage = violation.trace.lineage(violation.timeline)
        for row in range(lineage.index_of(violation.first), lineage.index_of(violation.last) + 1):
            every.add((violation.timeline, violation.owner, lineage.seq_at(row)))
    return every


@given(
    acts,
    st.sampled_from(CONDITIONS),
    st.sampled_from(KINDS[:2]),
    st.sampled_from([None, "a", "b"]),
    st.integers(1, 10),
    st.integers(0, 40),
)
@settings(max_examples=120)
def test_stretches_are_the_events_that_break_a_rule(
    actions: list[Act], text: str, kind: Kind, agent: str | None, first: int, length: int
) -> None:
    with recorded(actions) as trace:
        known = {name for run in trace.runs for name in run.agents}
        rule, last = Rule.make(kind, text, agent=agent if agent in known else None), first + length
        found = list(check(trace, rule, Part(first, last)))
        assert spots(found) == naive(trace, rule, first, last)
        assert [one.first for one in found] == sorted(one.first for one in found)
        for line in trace.timelines:
            for owner in {one.owner for one in found}:
                own = [one for one in found if (one.timeline, one.owner) == (line, owner)]
                lineage = trace.lineage(line)
                for one, other in pairwise(own):
                    assert lineage.index_of(one.last) + 1 < lineage.index_of(other.first)
        for one in found:
            assert one.event.seq == one.first
            assert isinstance(one.reason, str)


@given(acts, st.sampled_from(CONDITIONS))
@settings(max_examples=60)
def test_eventually_is_kept_where_it_holds_once_on_the_last_timeline(
    actions: list[Act], text: str
) -> None:
    with recorded(actions) as trace:
        if not trace.last_seq:
            return
        rule = Rule.make("eventually", text)
        line = trace.event(trace.last_seq).timeline_id
        held = any(
            plain(rule).evaluate(
                OwnedFrame(trace, line, event, owner or trace.owner(event.seq, line))
            )
            for event in trace.events(timeline=line)
            for owner, states in judged(trace, rule, event)
            if any(value is not MISSING for value in states)
        )
        found = list(check(trace, rule))
        assert [one.position.seq for one in found] == ([] if held else [trace.last_seq])


def test_a_stretch_tells_when_it_ended_and_why_it_began(trace: Trace) -> None:
    (broken,) = check(trace, Rule.make("never", "state.budget.remaining == null"))
    assert (broken.first, broken.last, broken.until, broken.agent) == (12, 16, None, "planner")
    assert broken.reason == "state.budget.remaining 100 → null"
    tried, inherited = check(trace, Rule.make("always", "state.tried > 1"))
    assert (tried.agent, tried.first, tried.until) == ("booker", 5, None)
    assert (trace.timelines[inherited.timeline].name, inherited.first) == ("fork-1", 13)
    errors = list(check(trace, Rule.make("never", 'event.status == "error"')))
    assert [(one.first, one.last, one.until) for one in errors] == [(4, 4, 5), (6, 7, 8)]


def test_only_agents_that_have_what_is_read_are_judged(trace: Trace) -> None:
    """The booker has a state, but no budget."""
    assert not list(check(trace, Rule.make("always", "exists(state.budget)")))
    asked = Rule.make("always", "exists(state.budget)", agent="booker")
    assert {one.agent for one in check(trace, asked)} == {"booker"}
    nobody = Rule.make("always", "exists(state.bugdet)")
    assert {one.agent for one in check(trace, nobody)} == {"booker", "planner"}
    assert "budget" in next(doubts(trace, nobody))
    assert not list(check(trace, nobody, Part(growing=True)))


def test_a_rule_about_a_run_or_an_agent_that_is_not_there(trace: Trace) -> None:
    rule = Rule.make("never", "state.n == 1", agent="bookr", run="r9")
    assert not list(check(trace, rule, Part(growing=True)))
    with pytest.raises(UsageError, match=r"No agent 'bookr'.*nearest: booker"):
        check(trace, rule)
    with pytest.raises(UsageError, match="No run r9"):
        check(trace, Rule.make("never", "state.n == 1", run="r9"))


@pytest.mark.parametrize(
    ("text", "agent", "judged"),
    [
        ("state.bugdet.remaining < 0", None, False),
        ("state.tried > 9", None, True),
        ("state.bugdet.remaining < 0 or state.tried > 9", None, False),
        ("exists(state.bugdet)", None, True),
        ("exists(state.tried) and state.bugdet > 9", None, False),
        ('states["planner"].tried > 9', None, False),
        ("state.budget.remaining < 0", "booker", False),
        ("state.budget.remaining < 0", "planner", True),
        ('event.type == "nope" then state.bugdet == 1', None, False),
        ('event.type == "nope"', None, True),
    ],
)
def test_a_rule_about_a_path_that_nobody_wrote_is_not_judged(
    trace: Trace, text: str, agent: str | None, judged: bool
) -> None:
    rule = Rule.make("never", text, agent=agent)
    assert (unjudged(trace, rule) is None) == judged
    assert unjudged(trace, rule.narrowed(None, None, missing_ok=True)) is None


def test_each_hit_of_a_sequence_is_a_violation_of_its_own(trace: Trace) -> None:
    text = 'event.type == "error" then not event.type == "x.end" within 2'
    (broken,) = check(trace, Rule.make("never", text))
    assert (broken.first, broken.last, broken.agent) == (6, 6, "booker")
    assert "within 2" in broken.reason or "(2 events)" in broken.reason
    assert not list(check(trace, Rule.make("eventually", text)))
    with pytest.raises(ConditionError, match="say what must never happen"):
        Rule.make("always", text)


def test_what_may_still_follow_is_no_violation_while_it_grows(trace: Trace) -> None:
    """Nothing follows the end, yet; the window of the retry is over."""
    rule = Rule.make("never", 'event.seq in [8, 15, 16] then not event.type == "no" within 3')
    assert [one.first for one in check(trace, rule)] == [8, 15, 16]
    assert [one.first for one in check(trace, rule, Part(first=14, growing=True))] == [8]
    forever = Rule.make("never", 'no event.type == "no" after event.seq == 8')
    assert [one.first for one in check(trace, forever)] == [8]
    assert not list(check(trace, forever, Part(growing=True)))


RULES = """
[[rule]]
name = "budget"
never = "state.budget.remaining == null"
agent = "planner"

[[rule]]
eventually = 'event.name == "book"'
run = "last"
"""


def test_rules_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(RULES)
    one, other = rules.load(file)
    assert (one.name, one.kind, one.agent, one.run) == ("budget", "never", "planner", None)
    assert (other.name, other.run) == ('eventually event.name == "book"', "last")
    assert other.narrowed("a", "r1") == Rule.make(
        "eventually", 'event.name == "book"', agent="a", run="last"
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds no rule"),
        ("[[rule]]\nnevr = 'true'", "rule 1: there is no key nevr; did you mean never?"),
        ("[[rules]]\nnever = 'true'", "there is no key rules; did you mean rule?"),
        ("rule = 3", "no list of tables"),
        ("[[rule]]\nname = 'x'", "rule 1 (x) needs one of never, always, eventually, and has none"),
        ("[[rule]]\nnever = 'true'\nalways = 'true'", "has never and always"),
        ("[[rule]]\nnever = 5", "never must be a text"),
        ("[[rule]]\nnever = 'true'\nagent = ' '", "agent must be a text"),
        ("[[rule]\n", "is no TOML file"),
        ("[[rule]]\nname='x'\nnever='true'\n" * 2, "two rules are called x"),
    ],
)
def test_a_bad_file_says_which_rule_and_what_is_wrong(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(text)
    with pytest.raises(UsageError) as caught:
        rules.load(file)
    assert says in str(caught.value)
    assert str(file) in str(caught.value)


def test_a_bad_condition_of_a_file_keeps_its_column(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text("[[rule]]\nname = 'x'\nnever = 'stat.x == 1'")
    with pytest.raises(ConditionError, match=r"rules\.toml, rule 1 \(x\)") as caught:
        rules.load(file)
    assert (caught.value.text, caught.value.column) == ("stat.x == 1", 0)
    with pytest.raises(UsageError, match="No such file"):
        rules.load(tmp_path / "none.toml")
