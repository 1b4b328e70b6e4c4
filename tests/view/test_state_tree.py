from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from tests.view import strange
from ttdebug import delta as deltas
from ttdebug import paths
from ttdebug.analyze.matching import sought
from ttdebug.model import JSON
from ttdebug.view import names
from ttdebug.view.line import plain
from ttdebug.view.matches import Matches
from ttdebug.view.state_tree import StateTree
from ttdebug.view.tree_walk import foldable, walk


def flattened(value: JSON, unfolded: frozenset[str], pointer: str = "") -> list[str]:
    """The rows a tree must have, by walking all of it; texts stay folded here."""
    if isinstance(value, dict):
        below = [(f"{pointer}/{paths.escape(name)}", item) for name, item in value.items()]
    elif isinstance(value, list):
        below = [(f"{pointer}/{index}", item) for index, item in enumerate(value)]
    else:
        return []
    found = []
    for inner, item in below:
        found.append(inner)
        if inner in unfolded:
            found += flattened(item, unfolded, inner)
    return found


@given(strange.values.filter(bool), st.lists(st.integers(0, 40), max_size=12))
def test_rows_are_those_of_the_whole_document(value: JSON, toggles: list[int]) -> None:
    if not isinstance(value, dict | list):
        return
    tree = StateTree(value, 80)
    for toggle in toggles:
        index = toggle % len(tree)
        if isinstance(tree.node(index).value, dict | list):
            tree.toggle(index)
        expected = flattened(value, tree.unfolded)
        assert [tree.node(row).pointer for row in range(len(tree))] == expected
        for row, pointer in enumerate(expected):
            assert tree.index_of(pointer) == row
            assert tree.node(row).depth == pointer.count("/") - 1
            assert tree.node(row).value is names.at(value, paths.split_pointer(pointer))


@given(strange.values)
def test_any_place_can_be_revealed(value: JSON) -> None:
    tree = StateTree(value, 60)
    for pointer, _, _ in walk(value):
        row = tree.reveal(pointer)
        assert row is not None
        assert tree.node(row).pointer == pointer


def rows_of(tree: StateTree) -> list[str]:
    return [plain(tree.line(index)).rstrip() for index in range(len(tree))]


def test_identities_that_begin_alike_can_be_told_apart() -> None:
    state: JSON = {"bookings": [{"id": f"F-882{n}"} for n in (13, 52)]}
    for width in (40, 60):
        tree = StateTree(state, width, unfolded=["/bookings"])
        assert len(set(rows_of(tree)[1:])) == 2
    assert "[F-88213]" in rows_of(StateTree(state, 40, unfolded=["/bookings"]))[1]


def test_changes_are_marked_and_unfolded() -> None:
    before: JSON = {"budget": {"left": 5, "limit": 9}, "log": list(range(50)), "gone": 1}
    after: JSON = {"budget": {"left": None, "limit": 9}, "log": list(range(51))}
    tree = StateTree(
        after, 60, before=before, delta=deltas.make(before, after), watched=["/budget/left"]
    )
    assert rows_of(tree) == [
        " ~1 ▾ budget              {2}  left limit",
        " ~      left              null   was 5",
        "        limit             9",
        " +1 ▸ log                 [51]",
    ]
    assert any(part.style == "chip" for part in tree.line(1))


def test_long_texts_unfold_into_lines() -> None:
    tree = StateTree(
        {"text": "one two three four five six seven\nnext line of the text, and more", "b": 1}, 36
    )
    assert len(tree) == 2
    assert tree.unfold(0)
    assert [row.strip() for row in rows_of(tree)] == [
        "▾ text        65 characters",
        "one two three four five",
        "six seven",
        "next line of the text, and",
        "more",
        "b           1",
    ]
    assert tree.target(2).path == "/text"
    assert tree.fold(3) == 0
    assert len(tree) == 2


def test_folding_a_leaf_folds_what_is_around_it() -> None:
    tree = StateTree({"a": {"b": {"c": 1}}, "d": 2}, 60, unfolded=["/a", "/a/b"])
    assert len(tree) == 4
    assert tree.fold(2) == 1
    assert tree.fold(1) == 0
    assert tree.unfolded == frozenset()
    assert tree.unfold(0, deep=True)
    assert tree.unfolded == {"/a", "/a/b"}


def test_matches_that_are_folded_away_are_counted_on_their_row() -> None:
    state: JSON = {"a": {"Needle": [1, "hay NEEDLE"]}, "b": "needle", "c": {"d": 1}}
    tree = StateTree(state, 60, matches=Matches(sought("needle").each))
    folded, leaf, other = rows_of(tree)
    assert folded.rstrip().endswith("2 matches")
    assert "match" not in leaf + other
    tree.unfold(0)
    assert rows_of(tree)[0].rstrip().endswith("Needle")
    assert rows_of(tree)[1].rstrip().endswith("1 match")


def test_large_values_tell_what_was_found_until_then() -> None:
    inside = Matches(sought("7").each).inside
    assert inside([7] * 30_000).words == "20,000+ matches"
    assert inside([7] * 20_000).words == "20,000 matches"
    assert inside("a long text with a 7").words == "1 match"
    assert inside([]).words == ""


def test_last_writes_are_asked_for_rows_in_sight_only() -> None:
    asked: list[str] = []

    def last_write(pointer: str) -> int:
        asked.append(pointer)
        return 7

    tree = StateTree({f"k{n}": {"v": n} for n in range(10_000)}, 60, last_write=last_write)
    rows = [plain(tree.line(index)) for index in range(5_000, 5_040)]
    assert len(asked) == 40
    assert all(row.rstrip().endswith("7") for row in rows)


def test_a_large_state_opens_folded_at_once() -> None:
    state: JSON = {"rows": list(range(500_000)), "by": {f"k{n}": {"v": n} for n in range(50_000)}}
    started = time.process_time()
    tree = StateTree(state, 60)
    tree.unfold(0)
    tree.reveal("/by/k40000/v")
    for index in range(len(tree) - 40, len(tree)):
        tree.line(index)
    assert len(tree) == 550_003
    assert time.process_time() - started < 0.5


def test_a_scalar_state_is_one_row() -> None:
    tree = StateTree(5, 40)
    assert len(tree) == 1
    assert tree.node(0).value == 5
    assert not tree.toggle(0)
    assert tree.index_of("") is None


def test_empty_containers_have_nothing_to_fold() -> None:
    assert not foldable({})
    tree = StateTree({"a": [], "b": {}}, 40)
    assert not tree.toggle(0)
    assert [row.split()[-1] for row in rows_of(tree)] == ["[0]", "{0}"]
