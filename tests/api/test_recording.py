"""A recording from Python: the same answers as the command line's, lazily, and for keeps."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import ttdebug
from tests.cli.conftest import Outcome, tt  # noqa: F401 - a fixture
from tests.recordings import trip
from tests.support import SAMPLES
from ttdebug.api import Found, Recording
from ttdebug.store.reading import Connections, Row
from ttdebug.store.writer import Writer

Run = Callable[..., Outcome]
NULL = "state.budget.remaining == null"
FAILED = 'event.status == "error"'


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trip by hand; event 12 loses the budget, fork-1 leaves main at 10."""
    found = tmp_path_factory.mktemp("api") / "trip.ttd"
    trip(found).close()
    return found


@pytest.fixture
def rec(path: Path) -> Iterator[Recording]:
    with ttdebug.open(path) as opened:
        yield opened


SAME: list[tuple[Callable[[Recording], object], list[str]]] = [
    (lambda rec: rec.events().to_dicts(), ["events"]),
    (lambda rec: rec.events(FAILED).to_dicts(), ["events", "--where", FAILED]),
    (
        lambda rec: rec.events(type="tool.*", agent="planner", reverse=True).to_dicts(),
        ["events", "--type", "tool.*", "--agent", "planner", "--reverse"],
    ),
    (
        lambda rec: rec.events(since=3, until="fork-1:end").to_dicts(),
        ["events", "--from", "3", "--to", "fork-1:end"],
    ),
    (lambda rec: rec.hits(NULL).to_dicts(), ["break", NULL]),
    (
        lambda rec: rec.hits("changed(state.todo)", reverse=True).to_dicts(),
        ["break", "changed(state.todo)", "--reverse"],
    ),
    (lambda rec: rec.history("budget.remaining").to_dicts(), ["history", "budget.remaining"]),
    (
        lambda rec: rec.history("budget", "planner", reverse=True, run="r1").to_dicts(),
        ["history", "budget", "--agent", "planner", "--reverse", "--run", "last"],
    ),
    (
        lambda rec: rec.why("budget.remaining", "main:end").to_dicts(),
        ["why", "budget.remaining", "--at", "main:end"],
    ),
    (lambda rec: rec.search("oslo").to_dicts(), ["search", "oslo"]),
    (
        lambda rec: rec.search("true", states=True, reverse=True).to_dicts(),
        ["search", "true", "--states", "--reverse"],
    ),
    (
        lambda rec: rec.check(never=[NULL, FAILED], eventually="state.tried == 2").to_dicts(),
        ["check", "--never", NULL, "--never", FAILED, "--eventually", "state.tried == 2"],
    ),
    (lambda rec: rec.diff(10, 12).to_dicts(), ["diff", "10", "12"]),
    (lambda rec: [rec.diff(10, 12).to_patch()], ["diff", "10", "12", "--format", "jsonpatch"]),
    (lambda rec: [rec.state("50%")], ["state", "--at", "50%"]),
    (
        lambda rec: [rec.state("fork-1:end", "planner", "budget")],
        ["state", "--at", "fork-1:end", "--agent", "planner", "--path", "budget"],
    ),
    (lambda rec: [rec.to_dict()], ["info"]),
]


@pytest.mark.parametrize(("ask", "words"), SAME, ids=[" ".join(words) for _, words in SAME])
def test_it_answers_as_the_command_line_does(
    rec: Recording,
    path: Path,
    tt: Run,  # noqa: F811 - the fixture
    ask: Callable[[Recording], object],
    words: list[str],
) -> None:
    command, *rest = words
    as_json = [] if "--format" in rest else ["--json"]
    printed = tt(command, path, *rest, *as_json).json
    assert printed
    assert json.loads(json.dumps(ask(rec))) == printed


def test_what_it_holds(rec: Recording, path: Path) -> None:
    assert (rec.path, rec.format, len(rec), rec.live) == (path, "ttd", 16, False)
    assert [run.id for run in rec.runs] == ["r1"]
    assert [line.name for line in rec.timelines] == ["main", "fork-1"]
    assert rec.agents == ("planner", "booker")
    assert rec.warnings == ()
    assert repr(rec) == f"<Recording {path}: ttd, 1 run, 16 events>"
    assert [moment.seq for moment in rec] == list(range(1, 17))


def test_a_moment_by_number_text_time_and_moment(rec: Recording) -> None:
    assert (rec[12].seq, rec[-1].seq, rec[0].seq) == (12, 16, 0)
    assert (rec.at("fork-1:end").seq, rec.at("fork-1:3").timeline) == (15, "fork-1")
    time = rec[5].time
    assert time is not None
    assert time.tzinfo is UTC
    assert rec.at(time) == rec[5]
    assert rec.at(time + timedelta(milliseconds=500)).seq == 5
    assert rec.at(datetime.fromtimestamp(time.timestamp() + 1, UTC).replace(tzinfo=None)).seq == 6
    moment = rec[12]
    assert rec.at(moment) is moment
    assert {rec[12], rec.at("12")} == {moment}
    assert moment != rec.at("fork-1:12")
    for bad in (-1, "tomorrow", 99, "fork-9:1"):
        with pytest.raises(ttdebug.TtdebugError):
            rec.at(bad)


def test_a_moment_tells_what_happened_and_what_changed(rec: Recording) -> None:
    moment = rec[12]
    assert (moment.type, moment.name, moment.agent, moment.status) == (
        "tool.result", None, "planner", "ok",
    )  # fmt: skip
    assert (moment.elapsed, moment.run, moment.timeline) == (11.0, "r1", "main")
    assert moment.before(path="budget.remaining") == 100
    assert moment.state(path="budget.remaining") is None
    assert moment.state("booker") == {"tried": 1}
    (change,) = moment.changes
    assert (change.path, change.old, change.new) == ("/budget/remaining", 100, None)
    (whole,) = rec[1].changes
    assert (whole.path, whole.old) == ("", ttdebug.MISSING)
    assert not rec[2].changes
    assert moment.command.endswith("trip.ttd --at 12")
    with pytest.raises(ttdebug.NotFoundError, match="The first is at event 5"):
        rec[4].state("booker")
    with pytest.raises(ttdebug.NotFoundError, match="no such path"):
        rec[5].state(path="budget")


def test_the_start_is_a_moment_without_an_event(rec: Recording) -> None:
    start = rec[0]
    assert (start.event, start.type, start.time, start.data) == (None, None, None, {})
    assert (start.previous, start.parent, bool(start.changes)) == (None, None, False)
    assert start.next == rec[1]
    assert not start.causes
    with pytest.raises(ttdebug.NotFoundError):
        start.to_dict()
    with pytest.raises(ttdebug.NotFoundError):
        start.state()


def test_one_can_walk_from_moment_to_moment(rec: Recording) -> None:
    assert rec[12].next == rec[16]
    assert rec.at("fork-1:10").next == rec[13]
    assert rec[16].next is None
    assert rec[12].parent == rec[11]
    hit = rec[1].next_hit(NULL)
    assert hit is not None
    assert (hit, hit.hits, hit.reason) == (rec[12], 1, "state.budget.remaining 100 → null")
    assert hit.next_hit(NULL) is None
    assert rec[-1].previous_hit(NULL) == rec[12]
    write = rec[12].previous_write("budget.remaining")
    assert write is not None
    assert (write.seq, write.old, write.new) == (1, ttdebug.MISSING, 100)
    assert rec[1].next_write("budget.remaining") == rec[12]
    assert [cause.seq for cause in rec[12].causes] == [11, 1]
    assert [effect.seq for effect in rec[11].effects] == [12]
    assert rec[12].why("budget.remaining").first() == rec[12]


def test_two_lines_part_where_other_things_were_done(rec: Recording) -> None:
    parted = rec.at("main:end").divergence("fork-1:end")
    assert parted is not None
    assert [moment.seq for moment in parted] == [11, 10]
    assert rec.at("main:10").divergence("fork-1:10") is None


def test_drift_is_that_of_the_command_line(tt: Run) -> None:  # noqa: F811 - the fixture
    path = SAMPLES / "trip_planning/run.ttd"
    with ttdebug.open(path) as rec:
        found = rec.drift()
        assert found.to_dicts() == tt("info", path, "--drift", "--json").json[0]["drift"]
        first = found.first()
        assert first is not None
        assert (first.seq, first.kind, first.agent) == (first.first, "fallen", "booker")
        assert "booker" in found._repr_html_()


def test_moments_compare_with_other_timelines_and_recordings(
    rec: Recording, tmp_path: Path
) -> None:
    fork = {change.path: change.new for change in rec[12].diff("fork-1:end")}
    assert fork == {"/budget/remaining": 100, "/todo/0/done": True}
    assert not rec[12].diff(15, exclude=["budget", "todo"])
    with trip(tmp_path / "other.ttd"), ttdebug.open(tmp_path / "other.ttd") as other:
        assert not rec[12].diff(other[12])
        assert rec[12].diff(other[15])[0].new == 100


@pytest.mark.parametrize("reverse", [False, True])
def test_states_are_those_of_each_change(reverse: bool) -> None:
    with ttdebug.open(SAMPLES / "trip_planning/run.ttd") as rec:
        for options in ({}, {"timeline": "fix-budget"}, {"since": 250, "until": 420}):
            found = list(rec.states(reverse=reverse, **options))
            assert len(found) > 50
            seqs = [snapshot.moment.seq for snapshot in found]
            assert seqs == sorted(seqs, reverse=reverse)
            for moment, agent, state in found[::7]:
                assert state == moment.state(agent)
                assert moment.agent == agent


def test_nothing_handed_out_can_spoil_the_recording(rec: Recording) -> None:
    before = json.dumps([rec[12].state(), rec[2].data, rec.history("todo").to_dicts()])
    for snapshot in rec.states("planner"):
        assert isinstance(snapshot.state, dict)
        snapshot.state.clear()
    state = rec[12].state()
    assert isinstance(state, dict)
    state["budget"] = "spoilt"
    rec[2].data["content"] = "spoilt"
    for write in rec.history("todo"):
        assert isinstance(write.new, list)
        write.new.clear()
    for change in rec[1].changes:
        assert isinstance(change.new, dict)
        change.new.clear()
    for record in rec.events().to_dicts():
        data = record["data"]
        assert isinstance(data, dict)
        data["x"] = 1
    assert json.dumps([rec[12].state(), rec[2].data, rec.history("todo").to_dicts()]) == before


def test_an_answer_reads_no_more_than_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "long.ttd"
    writer = Writer.create(path, durability="batch")
    main = writer.run("long")
    for number in range(20_000):
        writer.append(main, "state", agent="a", state={"n": number})
    writer.close()
    read = 0
    query = Connections.query

    def counted(self: Connections, sql: str, values: tuple[object, ...] = ()) -> list[Row]:
        nonlocal read
        rows = query(self, sql, values)
        read += len(rows)
        return rows

    with ttdebug.open(path) as rec:
        monkeypatch.setattr(Connections, "query", counted)
        answers: list[Found[ttdebug.Moment]] = [rec.events(), rec.events(reverse=True),
            rec.events("state.n > 5"), rec.hits("state.n > 5"), rec.history("n"),
            rec.history("n", reverse=True), rec.check(never="state.n == 7")]  # fmt: skip
        for answer in answers:
            read = 0
            assert answer.first() is not None, answer
            assert read < 5_000, answer
        read = 0
        assert rec.states().take(3)[2].state == {"n": 2}
        assert rec.at("50%").state() == {"n": 9_999}
        assert read < 5_000


def test_questions_that_cannot_be_asked_fail_at_once(rec: Recording, path: Path) -> None:
    with pytest.raises(ttdebug.ConditionError):
        rec.hits("state.x ==")
    with pytest.raises(ttdebug.ConditionError):
        rec.events("stat.x")
    with pytest.raises(ttdebug.PathSyntaxError):
        rec.history("a[")
    with pytest.raises(ttdebug.UsageError, match="No rule"):
        rec.check()
    for wrong in ({"agent": "nobody"}, {"run": "r9"}, {"timeline": "fork-9"}, {"since": "soon"}):
        with pytest.raises(ttdebug.UsageError):
            rec.events(**wrong)  # type: ignore[arg-type]  # each is one of its keywords
    for ask in (
        lambda: rec[12].diff(5, "nobody"),
        lambda: rec[12].next_hit(NULL, "nobody"),
        lambda: rec[12].previous_write("budget", "nobody"),
    ):
        with pytest.raises(ttdebug.UsageError, match="nobody"):
            ask()
    with pytest.raises(ttdebug.TraceError):
        ttdebug.open(path.with_name("missing.ttd"))
    rec.close()
    with pytest.raises(ttdebug.TraceError, match="closed"):
        rec.events().first()


def test_a_recording_that_grows_is_taken_in_when_asked(tmp_path: Path) -> None:
    state = {"n": 0}
    with (
        ttdebug.record(tmp_path / "run.ttd", agent="a", state=lambda: state) as recorder,
    ):
        recorder.event("decision", "one")
        with ttdebug.open(tmp_path / "run.ttd") as rec:
            everything = rec.events()
            assert (rec.live, len(rec), everything.count()) == (True, 2, 2)
            assert rec[1].next_hit("state.n == 5") is None
            state["n"] = 5
            recorder.event("decision", "two")
            assert everything.count() == 2
            assert rec.refresh()
            assert (len(rec), everything.count()) == (3, 3)
            assert rec[1].next_hit("state.n == 5") == rec[3]
            assert not rec.refresh()


def test_special_values_come_back_with_restore(tmp_path: Path) -> None:
    with ttdebug.record(tmp_path / "run.ttd", agent="a") as recorder:
        recorder.snapshot({"pair": (1, 2), "raw": b"\x00"})
    with ttdebug.open(tmp_path / "run.ttd") as rec:
        assert ttdebug.restore(rec[2].state()) == {"pair": (1, 2), "raw": b"\x00"}


def test_every_public_name_says_what_it_is() -> None:
    for name in ttdebug.__all__:
        found = getattr(ttdebug, name)
        assert name in dir(ttdebug)
        if name in ("MISSING", "__version__"):
            continue
        assert inspect.getdoc(found), name
        if inspect.isclass(found) and found.__module__.startswith("ttdebug.api"):
            for part, value in vars(found).items():
                if not part.startswith("_") and (callable(value) or isinstance(value, property)):
                    assert inspect.getdoc(value), f"{name}.{part}"
    with pytest.raises(AttributeError):
        ttdebug.nothing  # noqa: B018 - it is asked for
