"""The last writer of list elements is the one that wrote them, not their list."""

from __future__ import annotations

from pathlib import Path

from ttdebug.model import Object, Position
from ttdebug.store.trace import Trace
from ttdebug.store.writer import Writer
from ttdebug.tui.last_writes import LastWrites


def test_an_element_is_as_old_as_its_own_write(tmp_path: Path) -> None:
    early: Object = {"id": "EARLY5", "percent": 5}
    partner: Object = {"id": "PARTNER15", "percent": 15}
    states: list[Object] = [
        {"discounts": [early], "plain": [1]},
        {"discounts": [early, partner], "plain": [1]},
        {"discounts": [partner, early], "plain": [1, 2]},
        {"discounts": [partner, {**early, "percent": 6}], "plain": [1, 2]},
    ]
    with Writer.create(tmp_path / "list.ttd") as writer:
        main = writer.run("list")
        for state in states:
            writer.append(main, "state", agent="booker", state=state)
    with Trace.open(tmp_path / "list.ttd") as trace:

        def found(seq: int, pointer: str) -> int | None:
            return LastWrites(trace, Position(main, seq), "booker", states[seq - 1])(pointer)

        assert found(2, "/discounts") == 2
        assert found(2, "/discounts/0") == 1
        assert found(2, "/discounts/0/percent") == 1
        assert found(2, "/discounts/1") == 2
        assert found(3, "/discounts/1") == 1
        assert found(4, "/discounts/1") == 4
        assert found(4, "/discounts/0/percent") == 2
        assert found(4, "/plain/0") == 1
        assert found(4, "/plain/1") == 3


def test_an_element_among_very_many_writes_of_its_list_has_no_number(tmp_path: Path) -> None:
    with Writer.create(tmp_path / "long.ttd") as writer:
        main = writer.run("long")
        for length in range(1, 101):
            writer.append(main, "state", agent="a", state={"seen": list(range(length))})
    with Trace.open(tmp_path / "long.ttd") as trace:
        state = trace.state(100, "a")
        last = LastWrites(trace, Position(main, 100), "a", state)
        assert last("/seen/99") == 100
        assert last("/seen/90") == 91
        assert last("/seen/0") is None
