"""`runs` and `checkpoints`, and the same from Python."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import ttdebug
from tests.cli.conftest import START, Run
from ttdebug.store.writer import Writer

SECOND = 1_000_000_000
MARKS = {
    2: ("first", "routine", ["db"]),
    4: ("before-pay", "pre-operation", ["money", "db"]),
    6: ("auto-1", "routine", ["automatic"]),
    8: ("odd", 5, "no list"),
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs; the first has a checkpoint after every event, at 10 s, 30 s, 50 s, 70 s."""
    found = tmp_path_factory.mktemp("marks") / "marks.ttd"
    with Writer.create(found, durability="batch") as writer:
        main = writer.run("r-1", "first", time=START)
        for seq in range(1, 9):
            name, kind, tags = MARKS.get(seq, (None, None, None))
            data: dict[str, Any] = {"kind": kind, "tags": tags, "description": "why"}
            writer.append(
                main,
                "checkpoint" if name else "state",
                agent="a",
                name=name,
                time=START + (seq - 1) * 10 * SECOND,
                data=data if name else {},
                state={"n": seq, "when": {"$ttd": "tuple", "items": [seq]}},
            )
        other = writer.run("r-2", "second", time=START + 100 * SECOND)
        writer.append(other, "run.start", time=START + 100 * SECOND)
        writer.append(other, "checkpoint", name="first", time=START + 101 * SECOND)
        writer.append(other, "error", time=START + 102 * SECOND)
        writer.append(other, "run.end", time=START + 130 * SECOND, status="error")
        fork = writer.fork(other, 9, "what-if")
        writer.append(fork, "note", time=START + 131 * SECOND)
    return found


def seqs(found: list[dict[str, Any]]) -> list[int]:
    return [one["seq"] for one in found]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], [2, 4, 6, 8, 10]),
        (["--run", "r-1", "--reverse", "--limit", "2"], [8, 6]),
        (["--kind", "routine"], [2, 6]),
        (["--tag", "db"], [2, 4]),
        (["--name", "auto-*"], [6]),
        (["--name", "first"], [2, 10]),
        (["--latest", "routine"], [6]),
        (["--latest", "any"], [10]),
        (["--latest", "any", "--tag", "db"], [4]),
        (["--agent", "a", "--from", "3", "--to", "6"], [4, 6]),
        (["--nearest", "2025-11-20T22:00:35Z"], [4]),
        (["--nearest", "2025-11-20T22:00:20Z"], [2]),
        (["--nearest", "+44s", "--run", "r-1"], [6]),
        (["--nearest", "+0s"], [10]),
    ],
)
def test_checkpoints_are_found(tt: Run, path: Path, words: list[str], expected: list[int]) -> None:
    found = tt("checkpoints", path, *words, "--json")
    assert (found.code, seqs(found.json)) == (0, expected)


def test_a_checkpoint_says_what_it_is(tt: Run, path: Path) -> None:
    one, odd = (
        tt("checkpoints", path, "--name", name, "--json").json[0] for name in ("before-pay", "odd")
    )
    assert (one["kind"], one["tags"], one["description"]) == (
        "pre-operation", ["money", "db"], "why",
    )  # fmt: skip
    assert (one["run"], one["agent"], one["state_bytes"]) == ("r-1", "a", 43)
    assert one["open"].endswith(f"open {path} --at 4")
    assert (odd["kind"], odd["tags"]) == (None, [])
    text = tt("checkpoints", path)
    assert "before-pay" in text.out
    assert "money, db" in text.out
    assert "open" in text.err


def test_the_state_of_one(tt: Run, path: Path) -> None:
    found = tt("checkpoints", path, "--latest", "pre-operation", "--state")
    assert '"n": 4' in found.out
    assert "before-pay (event 4)" in found.err
    several = tt("checkpoints", path, "--run", "r-1", "--state", "--json").json
    assert [one["state"]["n"] for one in several] == [2, 4, 6, 8]
    refused = tt("checkpoints", path, "--state")
    assert refused.code == 2
    assert "--latest any" in refused.err


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["--latest", "pre-operaton"], "Did you mean pre-operation?"),
        (["--tag", "zzz"], "There is db, "),
        (["--tag", "db", "--kind", "recovery"], "There is routine, pre-operation"),
        (["--tag", "automatic", "--kind", "pre-operation"], "all that was asked for"),
    ],
)
def test_what_is_not_there_is_told(tt: Run, path: Path, words: list[str], hint: str) -> None:
    found = tt("checkpoints", path, *words)
    assert (found.code, found.out) == (1, "")
    assert hint in found.err


@pytest.fixture(scope="module")
def folder(path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recording of `path`, and below it one of another run from 25 s to 200 s."""
    found = tmp_path_factory.mktemp("recordings")
    shutil.copy(path, found / "b.ttd")
    (found / "inner").mkdir()
    with Writer.create(found / "inner" / "a.ttd", durability="batch") as writer:
        main = writer.run("r-3", "third", time=START + 25 * SECOND)
        writer.append(main, "run.start", time=START + 25 * SECOND)
        for after, name in ((200, "late"), (26, "behind"), (None, "timeless")):
            time = None if after is None else START + after * SECOND
            data: dict[str, Any] = {"kind": "routine", "tags": ["db"]}
            state = {"of": name}
            writer.append(
                main, "checkpoint", agent="z", name=name, time=time, data=data, state=state
            )
    return found


def names(found: list[dict[str, Any]]) -> list[str]:
    return [f"{Path(one['path']).name} {one['name']}" for one in found]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ["b first", "b before-pay", "b auto-1", "b odd", "b first",
              "a late", "a behind", "a timeless"]),
        (["--reverse", "--limit", "4"], ["a timeless", "a behind", "a late", "b first"]),
        (["--limit", "2"], ["b first", "b before-pay"]),
        (["--tag", "db", "--name", "*e*"], ["b before-pay", "a late", "a behind", "a timeless"]),
        (["--latest", "routine", "--name", "[!bt]*"], ["a late"]),
        (["--latest", "pre-operation"], ["b before-pay"]),
        (["--latest", "any"], ["a timeless"]),
        (["--nearest", "2025-11-20T22:00:27Z"], ["a behind"]),
        (["--nearest", "2025-11-20T22:00:29Z"], ["b before-pay"]),
        (["--nearest", "+174s"], ["a late"]),
        (["--agent", "z", "--limit", "1"], ["a late"]),
        (["--run", "r-1", "--kind", "routine"], ["b first", "b auto-1"]),
        (["--from", "3", "--to", "4"], ["a behind", "a timeless", "b before-pay"]),
    ],
)  # fmt: skip
def test_checkpoints_of_a_folder(
    tt: Run, folder: Path, words: list[str], expected: list[str]
) -> None:
    found = tt("checkpoints", folder, *words, "--json")
    assert (found.code, names(found.json)) == (0, [one.replace(" ", ".ttd ") for one in expected])


def test_a_checkpoint_of_a_folder_is_that_of_its_file_and_the_file(
    tt: Run, path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = folder / "b.ttd"
    whole = tt("checkpoints", folder, "--run", "r-1", "--json").json
    assert whole == [{"path": str(file)} | one for one in _of(tt, file, "--run", "r-1")]
    assert names(tt("checkpoints", file, path, "--name", "auto-1", "--json").json) == [
        "b.ttd auto-1", "marks.ttd auto-1",
    ]  # fmt: skip
    assert "path" not in _of(tt, file)[0]
    monkeypatch.chdir(folder)
    assert [one.get("path") for one in _of(tt, Path("./b.ttd"), "--name", "odd")] == [None]
    for columns in ("80", "120", "200"):
        monkeypatch.setenv("COLUMNS", columns)
        head, *rows = tt("checkpoints", folder).out.splitlines()
        assert head.endswith("file")
        assert [row.split()[-1] for row in rows] == ["b.ttd"] * 5 + ["inner/a.ttd"] * 3
        assert all(len(row) <= int(columns) for row in rows)
        assert rows[0].startswith("2025-11-20 22:00  ")


def _of(tt: Run, path: Path, *words: str) -> list[dict[str, Any]]:
    return tt("checkpoints", path, *words, "--json").json


def test_the_state_of_one_of_a_folder(
    tt: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = tt("checkpoints", folder, "--latest", "pre-operation", "--state")
    assert '"n": 4' in found.out
    assert "before-pay (event 4 of b.ttd)" in found.err
    monkeypatch.setattr("ttdebug.cli.gathering._MOST_OPEN", 1)
    states = [one["state"] for one in _of(tt, folder, "--tag", "db", "--state")]
    assert [state.get("n") or state["of"] for state in states] == [
        2, 4, "late", "behind", "timeless",
    ]  # fmt: skip
    last = tt("checkpoints", folder, "--limit", "2")
    assert f"open {folder / 'b.ttd'} --at 4 goes there" in last.err


def test_what_a_folder_does_not_hold_is_told(tt: Run, folder: Path, tmp_path: Path) -> None:
    for words, code, hint in (
        (["--tag", "zzz"], 1, "There is db, "),
        (["--run", "r-9"], 2, "No run r-9"),
        (["--nearest", "soon"], 2, "is no time"),
        (["--state"], 2, "8 checkpoints have a state each"),
    ):
        found = tt("checkpoints", folder, *words)
        assert (found.code, found.out) == (code, "")
        assert hint in found.err
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    (copy / "bad.ttd").write_text("nothing of ours")
    damaged = tt("checkpoints", copy, "--latest", "pre-operation", "--json")
    assert (damaged.code, names(damaged.json)) == (0, ["b.ttd before-pay"])
    assert "bad.ttd" in damaged.err
    assert tt("checkpoints", copy, "--tag", "zzz").code == 3


def test_wrong_questions_are_refused(tt: Run, path: Path) -> None:
    for words in (["--latest", "any", "--nearest", "+1s"], ["--latest", "any", "--kind", "x"]):
        assert tt("checkpoints", path, *words).code == 2
    assert "is no time" in tt("checkpoints", path, "--nearest", "soon").err


def test_statistics_by_kind(tt: Run, path: Path) -> None:
    (record,) = tt("info", path, "--stats", "--json").json
    kinds = {one["kind"]: one for one in record["stats"]["checkpoints"]}
    assert {kind: one["count"] for kind, one in kinds.items()} == {
        "routine": 2, "pre-operation": 1, None: 2,
    }  # fmt: skip
    assert kinds["routine"]["state_bytes"] == 2 * 43
    assert 0 < kinds["routine"]["recorded_bytes"] < 400
    assert "2 checkpoints of kind routine: states of 86 B" in tt("info", path, "--stats").out


def test_runs_in_figures(tt: Run, path: Path) -> None:
    first, second = tt("runs", path, "--json").json
    assert (first["id"], first["name"], first["events"], first["checkpoints"]) == (
        "r-1", "first", 8, 4,
    )  # fmt: skip
    assert (first["duration"], first["outcome"], first["errors"]) == (70, None, 0)
    assert (second["outcome"], second["errors"], second["agents"]) == ("error", 1, [])
    assert second["timelines"] == ["main", "what-if"]
    assert first["size_bytes"] + second["size_bytes"] == pytest.approx(path.stat().st_size, abs=2)
    table = tt("runs", path).out
    assert "01:10" in table
    assert "file" not in table


@pytest.mark.parametrize("columns", ["80", "120", "200"])
def test_a_table_of_several_files_keeps_their_names(
    tt: Run, trip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        shutil.copy(trip, tmp_path / name / "run.ttd")
    head, *rows = tt("runs", tmp_path).out.splitlines()
    assert head.endswith("file")
    assert [row.split()[-1] for row in rows] == ["first/run.ttd", "second/run.ttd"]
    assert all(len(row) <= int(columns) for row in rows)


def test_runs_of_a_folder(tt: Run, path: Path, trip: Path, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    for place, source in ((tmp_path / "b.ttd", path), (inner / "a.ttd", trip)):
        place.write_bytes(source.read_bytes())
    with ttdebug.record(tmp_path / "c.ttd", run="now") as rec:
        found = tt("runs", tmp_path, "--json").json
        rec.event("x")
    assert [(Path(one["path"]).name, one["name"], one["outcome"]) for one in found] == [
        ("b.ttd", "first", None), ("b.ttd", "second", "error"), ("c.ttd", "now", "recording"),
        ("a.ttd", "trip", "ok"),
    ]  # fmt: skip
    (tmp_path / "bad.ttd").write_text("nothing of ours")
    damaged = tt("runs", tmp_path)
    assert damaged.code == 0
    assert "bad.ttd" in damaged.err
    assert "inner/a.ttd" in damaged.out
    empty = tmp_path / "empty"
    empty.mkdir()
    assert tt("runs", empty).code == 1


def test_a_killed_run_is_open(tt: Run, tmp_path: Path) -> None:
    file = tmp_path / "x.ttd"
    with Writer.create(file) as writer:
        writer.append(writer.run("r"), "run.start")
    assert tt("runs", file, "--json").json[0]["outcome"] == "open"


def test_the_same_from_python(path: Path) -> None:
    with ttdebug.open(path) as rec:
        every = rec.checkpoints()
        assert [one.seq for one in every] == [2, 4, 6, 8, 10]
        assert [one.seq for one in rec.checkpoints("routine", tag="db")] == [2]
        assert [one.seq for one in rec.checkpoints(name="auto-*", run="r-1")] == [6]
        for asked, seq in ((None, 10), ("routine", 6), ("pre-operation", 4)):
            found = every.latest(asked)
            assert found is not None
            assert found.seq == seq
        assert every.latest("recovery") is None
        began = datetime.fromtimestamp(START / SECOND, UTC)
        near = [
            every.nearest(began + timedelta(seconds=34)),
            every.nearest((began + timedelta(seconds=34)).replace(tzinfo=None)),
            rec.checkpoints(run="r-1").nearest("2025-11-20T22:00:34Z"),
        ]
        assert [one.seq for one in near if one] == [4, 4, 4]
        one = rec.checkpoints("pre-operation").first()
        assert one is not None
        assert (one.tags, one.description, one.agents) == (("money", "db"), "why", ("a",))
        assert one.restore() == {"n": 4, "when": (4,)}
        assert one.restore(path="when") == (4,)
        assert one.state()["when"] == {"$ttd": "tuple", "items": [4]}  # type: ignore[call-overload,index]  # an object
        assert one.lost() == {}
        assert "before-pay" in one._repr_html_()
        assert "before-pay" in every._repr_html_()


def test_what_cannot_come_back_is_told(
    tt: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ttdebug.recorder.serialise.MAX_TEXT", 100)
    monkeypatch.setattr("ttdebug.recorder.serialise.HEAD", 10)
    state = {"log": "x" * 200, "lock": object(), "password": "hunter2", "a/b": [1, (2, 3)]}
    with ttdebug.record(tmp_path / "x.ttd", agent="a", state=lambda: state) as rec:
        rec.checkpoint("here")
    with ttdebug.open(tmp_path / "x.ttd") as opened:
        one = opened.checkpoints().latest()
        assert one is not None
        assert one.lost() == {"/log": "truncated", "/lock": "object", "/password": "redacted"}
        assert one.restore(path="/a~1b") == [1, (2, 3)]
    told = tt("checkpoints", tmp_path / "x.ttd", "--latest", "any", "--state").err
    assert "/lock was not recorded whole (object)" in told
