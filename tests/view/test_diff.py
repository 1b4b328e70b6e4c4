from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.view import strange
from tests.view.trip import BOOKER, SUMMARY
from ttdebug import delta as deltas
from ttdebug.analyze.words import text_diff
from ttdebug.model import JSON, MISSING, Change, Event, Value
from ttdebug.view import diff, diff_lines, entries, names, words
from ttdebug.view.line import Line, Rows, plain
from ttdebug.view.writes import WriteRow, Writes

EVENT = Event(2417, "r", "main", 1, "booker", "tool.result", "apply_discount")


def step(before: Value, after: Value, delta: deltas.Delta | None = None, **more: Any) -> diff.Step:
    made = deltas.make(before, after) if delta is None and before is not MISSING else delta  # type: ignore[arg-type]  # after is a state here
    return diff.Step(EVENT, "booker", before, after, made, 2416, **more)


def texts(rows: Rows) -> list[str]:
    return [plain(rows.line(index)).rstrip() for index in range(len(rows))]


def chips(rows: Rows) -> list[str]:
    found: list[Line] = [rows.line(index) for index in range(len(rows))]
    return [part.text.strip() for line in found for part in line if "chip" in part.style.split()]


def discounted() -> tuple[JSON, JSON]:
    after = copy.deepcopy(BOOKER)
    after["budget"].update(remaining=None, discount=0.15)
    after["discounts"].append({"id": "PARTNER15", "status": "applied"})
    after["notes"]["summary"] = SUMMARY.format("applied", "unknown")
    return BOOKER, after


@given(strange.pairs())
def test_every_entry_says_what_was_and_what_is(pair: tuple[JSON, JSON]) -> None:
    before, after = pair
    for entry in entries.of_delta(before, after, deltas.make(before, after)):
        if entry.kind == "removed":
            assert deltas.equal(names.at(before, entry.place), entry.old)
        else:
            assert deltas.equal(names.at(after, entry.place), entry.new)
        assert (entry.old is MISSING) == (entry.kind == "added")


@given(st.lists(st.integers(0, 9), max_size=8), st.data())
def test_places_follow_elements_though_indexes_shift(ids: list[int], data: st.DataObject) -> None:
    before: Any = {"a": [{"v": n, "at": [n]} for n in ids]}
    state: Any = before
    delta: deltas.Delta = []
    for _ in range(data.draw(st.integers(0, 6))):
        items = state["a"]
        index = data.draw(st.integers(0, len(items)))
        kinds = ["add"] if index == len(items) else ["add", "remove", "replace", "deep"]
        kind = data.draw(st.sampled_from(kinds))
        path = f"/a/{index}"
        op: deltas.Op = {"op": kind, "path": path}
        if kind == "replace":
            op = {"op": "replace", "path": f"{path}/v", "value": 77}
        elif kind == "deep":
            op = {"op": "add", "path": f"{path}/at/0", "value": 55}
        elif kind == "add":
            op["value"] = {"v": 99, "at": []}
        delta.append(op)
        state = deltas.apply(state, [op])
    for entry in entries.of_delta(before, state, delta):
        if entry.kind == "removed":
            assert deltas.equal(names.at(before, entry.place), entry.old)
        elif "/v" in entry.pointer or entry.kind == "added":
            assert deltas.equal(names.at(state, entry.place), entry.new)


def test_the_watched_change_is_the_only_chip_and_comes_first() -> None:
    rows = diff.step_rows(step(*discounted()), 60, diff.Options(watched=["/budget/remaining"]))
    found = texts(rows)
    assert found[0] == " booker  ◄ apply_discount                     2,416 → 2,417"
    assert found[1] == " ~3 changed  +1 added  9 unchanged"
    assert found[3:7] == [
        " budget",
        "▎~ remaining    1657.76 →  null               number → null",
        " ~ discount     0.0 → 0.15",
        " ⋯ 4 unchanged  currency limit spent guard",
    ]
    assert chips(rows) == ["null"]
    assert rows.target(4).path == "/budget/remaining"


def test_a_watched_path_inside_what_was_written_is_loud_too() -> None:
    before: JSON = {"budget": {"left": 1}}
    rows = diff.step_rows(
        step(before, {"budget": None}), 60, diff.Options(watched=["/budget/left"])
    )
    assert chips(rows) == ["null"]


def test_the_new_value_survives_a_narrow_pane() -> None:
    before: JSON = {"a_rather_long_name": "first value of it", "b": 1}
    after: JSON = {"a_rather_long_name": 4711.25, "b": 1}
    row = texts(diff.step_rows(step(before, after), 30))[3]
    assert row.endswith("→ 4711.25")
    assert "…" in row


def test_words_that_changed_stand_struck_and_bold() -> None:
    rows = diff.step_rows(step(*discounted()), 60)
    at = texts(rows).index(" ~ summary   5 words")
    parts = [part for index in (1, 2, 3) for part in rows.line(at + index)]
    struck = " ".join(p.text for p in parts if "strike" in p.style and p.text.strip())
    fresh = " ".join(p.text for p in parts if "added" in p.style and p.text.strip())
    assert struck == "not used yet 1,185.76 EUR"
    assert fresh == "applied unknown"


def test_written_but_equal_is_told_apart() -> None:
    state: JSON = {"a": "pending", "b": 1}
    delta: deltas.Delta = [{"op": "replace", "path": "/a", "value": "pending"}]
    found = texts(diff.step_rows(step(state, state, delta), 60))
    assert " Nothing changed here  1 unchanged" in found
    assert any("touched, equal" in text for text in found)


def test_a_first_snapshot_shows_its_top_level() -> None:
    after: JSON = {"a": 1, "b": [1, 2]}
    first: deltas.Delta = [{"op": "add", "path": "", "value": after}]
    rows = diff.step_rows(step(MISSING, after, first), 60)
    assert texts(rows)[1:] == [
        " First state of booker: 2 keys", "", "   a            1", "   b            [1, 2]"
    ]  # fmt: skip
    assert rows.target(4).path == "/b"


def test_no_state_says_where_to_go() -> None:
    rows = diff.step_rows(diff.Step(EVENT, "b", {}, {}, None, last_snapshot=2390), 80)
    assert texts(rows) == [" No state was recorded at 2,417. [ goes to the last snapshot, 2,390"]
    assert rows.target(0).seq == 2390


def test_unfolding_shows_what_did_not_change() -> None:
    found = texts(
        diff.step_rows(step({"a": 1, "b": 2}, {"a": 3, "b": 2}), 60, diff.Options(unfolded=True))
    )
    assert "   b            2" in found
    assert not any("unchanged" in text for text in found[2:])


def test_writes_stand_at_the_bottom_and_are_asked_for_once() -> None:
    asked = []

    def writes(above: Rows) -> Writes:
        asked.append(len(above))
        shown = [
            WriteRow(2417, "tool.result", "apply", 5.0, None),
            WriteRow(7, "state", None, 4, 5.0),
        ]
        return Writes("budget.left", shown, earlier=2)

    options = diff.Options(height=20, seq=2417, writes=writes)
    rows = diff.step_rows(step({"a": 1}, {"a": 2}), 60, options)
    found = texts(rows)
    assert len(found) == 20
    assert found[-4].split() == ["writes", "of", "budget.left", "[", "]", "walk"]
    assert found[-3].startswith("▌2,417  ◄ apply")
    assert found[-1] == " ⋯ 2 earlier"
    assert rows.target(18).seq == 7
    diff.step_rows(step({"a": 1}, {"a": 2}), 60, diff.Options(height=5, writes=writes))
    assert len(asked) == 1
    assert asked[0] < 16


def test_other_agents_are_named() -> None:
    rows = diff.step_rows(step({"a": 1}, {"a": 2}, others=["planner", "researcher"]), 60)
    assert texts(rows)[-1] == " planner and researcher did not change here"
    many = [f"worker-{number}" for number in range(280)]
    rows = diff.step_rows(step({"a": 1}, {"a": 2}, others=many), 60)
    assert texts(rows)[-1] == " 280 others did not change here"


def test_elements_do_not_repeat_what_names_them() -> None:
    before: JSON = [{"id": 0, "text": "pay"}, {"id": 1, "text": "go"}]
    after: JSON = [{"id": 1, "text": "go"}, {"id": 2, "text": "sleep"}]
    found = texts(diff.step_rows(step({"todo": before}, {"todo": after}), 60))
    assert any(text.startswith(" − [id=0]") and "pay" in text for text in found)
    assert any(text.startswith(" + [id=2]") and "sleep" in text for text in found)
    assert not any("id:" in text or '"id"' in text for text in found)


def test_an_event_that_failed_says_so_first() -> None:
    failed = replace(EVENT, status="error", data={"error": "File does not exist"})
    made = step({"a": 1}, {"a": 2})._replace(event=failed)
    rows = diff.step_rows(made, 60)
    assert texts(rows)[1] == " File does not exist"
    assert rows.line(1)[-1].style == "error"
    stateless = diff.step_rows(made._replace(delta=None), 60)
    assert texts(stateless)[0] == " File does not exist"
    assert texts(diff.step_rows(step({"a": 1}, {"a": 2}), 60))[1].startswith(" ~1 changed")


def test_positions_are_compared_in_the_same_form() -> None:
    changes = [Change("/budget/left", "changed", 5, None), Change("/l/2", "moved", 0, 2)]
    pair = diff.Pair(
        "2,390", "2,417", "booker", {"budget": {"left": 5}}, {"budget": {"left": None}}, changes
    )
    found = texts(diff.pair_rows(pair, 60))
    assert found[0].endswith("2,390 → 2,417")
    assert " ~ left         5 → null" in found
    assert any("moved 0 → 2" in text for text in found)


def test_brief_puts_the_watched_change_first() -> None:
    rows = diff.brief(step(*discounted()), 80, 2, diff.Options(watched=["/notes/summary"]))
    found = texts(rows)
    assert len(found) == 2
    assert found[0].startswith("▎~ notes.summary")


def test_only_lines_in_sight_are_drawn(monkeypatch: Any) -> None:
    drawn = []
    real = diff_lines.entry_line

    def counting(*args: Any) -> Line:
        drawn.append(1)
        return real(*args)

    monkeypatch.setattr(diff_lines, "entry_line", counting)
    before: JSON = {"l": [{"id": n, "v": n} for n in range(10_000)]}
    delta: deltas.Delta = [
        {"op": "replace", "path": f"/l/{n}/v", "value": -n - 1} for n in range(10_000)
    ]
    rows = diff.step_rows(step(before, deltas.apply(before, delta), delta), 60)
    assert len(rows) > 10_000
    assert not drawn
    for index in range(5_000, 5_040):
        rows.line(index)
    assert len(drawn) == 40


def test_long_common_stretches_are_left_out() -> None:
    old = "word " * 500 + "end"
    pieces = words.excerpt(text_diff(old, old.replace("end", "stop")), 120)
    assert len("".join(piece.text for piece in pieces)) < 120
    assert pieces[-1].text == "stop"


def test_the_cursor_bar_covers_no_digit_of_a_long_event_number() -> None:
    shown = [WriteRow(seq, "checkpoint", "loop", 1, 2) for seq in (1_122_312, 22_305)]
    options = diff.Options(seq=1_122_312, writes=lambda _: Writes("n", shown))
    found = texts(diff.step_rows(step({"n": 1}, {"n": 2}), 40, options))
    assert found[-2].startswith("▌1,122,312  ◆ loop")
    assert found[-1].startswith("    22,305  ◆ loop")
