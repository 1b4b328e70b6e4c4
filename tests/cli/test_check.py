"""`check` as CI uses it: exit codes, what it prints, its report, and rules that are bad."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import Run
from ttdebug.store.writer import Writer

NULL = "state.budget.remaining == null"
KEYS = [
    "rule", "kind", "condition", "run", "timeline", "agent", "first", "last", "until", "seq",
    "time", "elapsed", "type", "name", "source", "reason", "open",
]  # fmt: skip


def test_a_kept_rule_is_silent_and_a_broken_one_exits_1(tt: Run, trip: Path) -> None:
    kept = tt("check", trip, "--always", "state.budget.limit == 100", "--eventually", NULL)
    assert (kept.code, kept.out) == (0, "")
    assert kept.err == "2 rules: 0 broken\n"
    broken = tt("check", trip, "--never", NULL, "--eventually", "event.name == 'refund'")
    assert broken.code == 1
    assert "never state.budget.remaining == null" in broken.out
    assert f"ttdebug open {trip} --at 5" in broken.out
    assert "60.5 → null" in broken.out
    assert "not once in" in broken.out
    assert broken.err.splitlines() == [
        "eventually event.name == 'refund': No event has the name refund", "2 rules: 2 broken",
    ]  # fmt: skip


def test_a_violation_as_json(tt: Run, trip: Path) -> None:
    outcome = tt("check", trip, "--never", NULL, "--json")
    assert outcome.code == 1
    (record,) = outcome.json
    assert list(record) == KEYS
    assert (record["first"], record["last"], record["until"], record["seq"]) == (5, 8, None, 5)
    assert (record["rule"], record["kind"], record["condition"]) == (f"never {NULL}", "never", NULL)
    assert (record["run"], record["timeline"], record["agent"]) == ("trip-1", "main", "booker")
    assert (record["elapsed"], record["name"]) == (4.0, "discount")
    assert record["open"] == f"ttdebug open {trip} --at 5"


def test_a_list_can_be_bounded_cut_and_turned_round(tt: Run, trip: Path) -> None:
    def firsts(*words: object) -> list[tuple[int, int]]:
        found = tt("check", trip, "--never", 'event.agent == "booker"', "--json", *words).json
        return [(record["first"], record["last"]) for record in found]

    assert firsts() == [(2, 2), (4, 7), (9, 9)]
    assert firsts("--from", 5, "--to", 6) == [(5, 6)]
    assert firsts("--reverse", "--limit", 2) == [(9, 9), (4, 7)]
    assert firsts("--agent", "planner") == []
    cut = ["check", trip, "--never", 'event.agent == "booker"', "--limit", 1]
    assert "  and 2 more\n" in tt(*cut).out
    assert ": 2 more\n" in tt(*cut, "--json").err


def test_rules_of_files_join_those_of_the_line(tt: Run, trip: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(f'[[rule]]\nname = "budget"\nnever = "{NULL}"\nagent = "booker"\n')
    outcome = tt("check", trip, "--file", rules, "--never", "state.plan == 5", "--json")
    assert [record["rule"] for record in outcome.json] == ["budget"]
    assert outcome.err == "2 rules: 1 broken\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "No rule to check"),
        (["--never", "stat.x"], "did you mean"),
        (["--file", "none.toml"], "none.toml cannot be read"),
        (["--never", "true", "--timeout", "3"], "--follow"),
        (["--never", "true", "--follow", "--reverse"], "leave out"),
        (["--never", "true", "--follow", "--timeout", "0"], "not in the range"),
    ],
)
def test_a_bad_rule_is_refused_before_the_trace_is_read(
    tt: Run, tmp_path: Path, words: list[str], says: str
) -> None:
    outcome = tt("check", tmp_path / "missing.ttd", *words)
    assert (outcome.code, outcome.out) == (2, "")
    assert says in outcome.err


def test_a_rule_about_what_nobody_recorded_is_no_pass(tt: Run, trip: Path, tmp_path: Path) -> None:
    report, typo = tmp_path / "report.xml", "state.bugdet.remaining == null"
    outcome = tt("check", trip, "--never", typo, "--junit", report)
    assert (outcome.code, outcome.out) == (1, "")
    assert "budget.remaining" in outcome.err
    assert "1 rule: 0 broken, 1 not judged" in outcome.err
    root = ElementTree.parse(report).getroot()
    assert (root.get("errors"), root.get("failures")) == ("1", "0")
    (error,) = root.iterfind(".//error")
    assert "Nothing ever wrote bugdet.remaining" in str(error.get("message"))
    assert tt("check", trip, "--never", typo, "--allow-missing").code == 0
    rules = tmp_path / "rules.toml"
    rules.write_text(f'[[rule]]\nnever = "{typo}"\nmissing = "ok"\n')
    assert tt("check", trip, "--file", rules).code == 0
    rules.write_text(f'[[rule]]\nnever = "{typo}"\nmissing = "no"\n')
    assert 'missing can only be "ok"' in tt("check", trip, "--file", rules).err


def test_an_agent_nobody_recorded_is_wrong_usage_before_anything_is_judged(
    tt: Run, trip: Path, tmp_path: Path
) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(f'[[rule]]\nnever = "{NULL}"\n[[rule]]\nnever = "true"\nagent = "bokker"\n')
    for words in (["--file", rules], ["--never", NULL, "--agent", "bokker"]):
        outcome = tt("check", trip, *words)
        assert (outcome.code, outcome.out) == (2, "")
        assert "No agent 'bokker'" in outcome.err
        assert "booker" in outcome.err


def test_an_empty_recording_keeps_no_rule(tt: Run, tmp_path: Path) -> None:
    path = tmp_path / "empty.ttd"
    Writer.create(path).close()
    for words in ([], ["--follow"]):
        outcome = tt("check", path, "--never", "true", *words)
        assert outcome.code == 1
        assert "No event was recorded" in outcome.err


def test_the_report_of_a_build_has_a_case_per_rule(tt: Run, trip: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    outcome = tt("check", trip, "--never", NULL, "--always", "state.budget.limit == 100",
                 "--junit", report)  # fmt: skip
    assert outcome.code == 1
    root = ElementTree.parse(report).getroot()
    (suite,) = root.findall("testsuite")
    for element in (root, suite):
        assert (element.get("tests"), element.get("failures")) == ("2", "1")
        assert element.get("errors") == "0"
    assert (root.get("skipped"), suite.get("skipped")) == (None, "0")
    broken, kept = suite.findall("testcase")
    assert (broken.get("name"), kept.get("name")) == (
        f"never {NULL}", "always state.budget.limit == 100",
    )  # fmt: skip
    assert len(kept) == 0
    (failure,) = broken.findall("failure")
    assert "events 5 to 8 of booker on main" in str(failure.get("message"))
    assert f"ttdebug open {trip} --at 5" in str(failure.text)
    nowhere = tt("check", trip, "--never", NULL, "--junit", tmp_path / "no/report.xml")
    assert (nowhere.code, nowhere.out) == (2, "")


def test_nothing_in_a_hostile_trace_breaks_the_report(tt: Run, tmp_path: Path) -> None:
    path, report = tmp_path / "evil.ttd", tmp_path / "report.xml"
    evil = "</failure>\x00\x1b[31m\ufffe\u202e\ud800]]>&<!--"
    name = evil.replace("\ud800", "")
    writer = Writer.create(path, durability="batch")
    main = writer.run("r", name)
    for value in range(150):
        writer.append(main, "state", agent=name, state={"x": evil if value % 2 else value})
    writer.close()
    outcome = tt("check", path, "--never", "exists(state.x) and state.x != 0 and state.x != 2 "
                 "and state.x != 4", "--junit", report)  # fmt: skip
    assert outcome.code == 1
    for text in (report.read_text("utf-8"), outcome.out):
        assert not {"\x00", "\x1b", "\ufffe", "\u202e"} & set(text)
    assert "\\x1b[31m" in str(ElementTree.parse(report).getroot().find(".//failure").text)  # type: ignore[union-attr]  # it is broken
