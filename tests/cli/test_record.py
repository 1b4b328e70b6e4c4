"""`ttdebug record` and the programs it runs, which know nothing of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.recorder.integrations.reading import Recorded
from tests.support import ROOT
from ttdebug.analyze.runs import tell
from ttdebug.store.trace import Trace

LOGS = """\
import logging, sys
logging.basicConfig(level="INFO", format="%(message)s")
logging.getLogger("agent").info("said %s", sys.argv[1:])
"""
GRAPH = """\
from typing import TypedDict
from langgraph.graph import START, StateGraph
class State(TypedDict):
    n: int
graph = StateGraph(State)
graph.add_node("add", lambda state: {"n": state["n"] + 1})
graph.add_edge(START, "add")
print(graph.compile().invoke({"n": 1}))
"""
AGENTS = """\
from agents import custom_span, set_trace_processors, trace
set_trace_processors([])
with trace("flow"), custom_span("mine"):
    print("done")
"""
SPANS = """\
from opentelemetry.sdk.trace import TracerProvider
with TracerProvider().get_tracer("x").start_as_current_span("mine"):
    print("done")
"""
PYDANTIC_AI = """\
from pydantic_ai import Agent
from pydantic_ai.models.test import TestModel
import asyncio
print(asyncio.run(Agent(TestModel(), name="booker").run("hi")).output)
"""


def program(folder: Path, text: str, name: str = "agent.py") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def start(folder: Path, *words: str, **env: str) -> subprocess.Popen[str]:
    paths = os.pathsep.join([str(ROOT), env.pop("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-m", "ttdebug", "record", "-o", "run.ttd", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths.rstrip(os.pathsep), **env},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ran(folder: Path, *words: str, stdin: str = "", **env: str) -> tuple[int, str, str]:
    process = start(folder, *words, **env)
    out, err = process.communicate(stdin, timeout=60)
    return process.returncode, out, err


def test_a_file_with_its_arguments_and_streams(tmp_path: Path) -> None:
    program(tmp_path, LOGS + "print(input())\nsys.exit(7)\n")
    words = ("agent.py", "--debug", "-o", "x", "--help")
    code, out, err = ran(tmp_path, *words, stdin="typed\n")
    assert (code, out) == (7, "typed\n")
    assert err.splitlines() == [
        "said ['--debug', '-o', 'x', '--help']",
        "ttdebug: recorded 3 events: ttdebug open run.ttd",
    ]
    with Recorded(tmp_path / "run.ttd") as found:
        assert [event.type for event in found.events] == ["run.start", "log", "run.end"]
        assert found.one("log").data["message"] == "said ['--debug', '-o', 'x', '--help']"


def test_a_module_and_a_command(tmp_path: Path) -> None:
    program(tmp_path, LOGS)
    assert ran(tmp_path, "-m", "agent", "one")[0] == 0
    assert ran(tmp_path, "--agent", "me", "--", sys.executable, "agent.py", "two")[0] == 0
    with Recorded(tmp_path / "run.ttd") as found:
        said = [event.data["message"] for event in found.all("log")]
        assert said == ["said ['one']", "said ['two']"]
        assert [event.agent for event in found.all("log")] == ["agent", "me"]


@pytest.mark.parametrize(
    ("text", "type_", "name"),
    [
        (GRAPH, "node", "add"),
        (AGENTS, "custom", "mine"),
        (SPANS, "span", "mine"),
        (PYDANTIC_AI, "llm.call", "test"),
    ],
    ids=["langgraph", "openai-agents", "opentelemetry", "pydantic-ai"],
)
def test_frameworks_of_an_unchanged_program(
    tmp_path: Path, text: str, type_: str, name: str
) -> None:
    program(tmp_path, text)
    code, out, err = ran(tmp_path, "agent.py")
    assert (code, err.count("\n")) == (0, 1), err
    assert out
    with Recorded(tmp_path / "run.ttd") as found:
        assert len(found.all(type_, name)) == 1
        if type_ == "node":
            assert found.states("root", "n") == [1, 2]


def test_the_state_of_a_global(tmp_path: Path) -> None:
    program(tmp_path, LOGS + "memory = {'n': 1}\nlogging.info('x')\nmemory['n'] = 2\n")
    ran(tmp_path, "--state", "__main__:memory", "agent.py")
    with Recorded(tmp_path / "run.ttd") as found:
        assert found.states("agent", "n") == [1, 2]


def test_the_state_of_a_global_inside_a_framework(tmp_path: Path) -> None:
    logs = LOGS + "memory = {'n': 1}\n"
    work = "def add(state):\n    memory['n'] = 2\n    logging.info('x')\n    memory['n'] = 3\n"
    add = GRAPH.replace('"add", lambda state: {"n": state["n"] + 1}', '"add", add')
    program(tmp_path, logs + work + "    return {'n': 5}\n" + add)
    code, _, err = ran(tmp_path, "--agent", "me", "--state", "agent:memory", "agent.py")
    assert code == 0, err
    with Recorded(tmp_path / "run.ttd") as found:
        logged = found.all("log")[-1]
        assert (logged.agent, logged.parent) == ("me", found.one("node", "add").seq)
        assert found.state(logged) == {"n": 2}
        assert found.states("me", "n") == [2, 3]
        assert found.states("root", "n") == [1, 5]


@pytest.mark.parametrize(
    "words", [["agent.py"], ["-m", "agent"], ["--", sys.executable, "agent.py"]]
)
def test_the_program_goes_by_its_own_name_too(tmp_path: Path, words: list[str]) -> None:
    program(tmp_path, LOGS + "memory = {'n': 1}\nlogging.info('x')\nmemory['n'] = 2\n")
    _, _, err = ran(tmp_path, "--state", "agent:memory", *words)
    assert "never found" not in err
    with Recorded(tmp_path / "run.ttd") as found:
        assert found.states("agent", "n") == [1, 2]


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("nosuch:thing", "no module nosuch was imported"),
        ("agent:memory", "agent has no memory"),
    ],
)
def test_a_global_that_is_nowhere_is_told(tmp_path: Path, place: str, why: str) -> None:
    program(tmp_path, "import logging\nlogging.disable()\n")
    code, _, err = ran(tmp_path, "--state", place, "agent.py")
    assert code == 0
    assert f"--state {place} was never found: {why}" in err


def test_an_exception_is_shown_and_recorded(tmp_path: Path) -> None:
    program(tmp_path, "raise LookupError('gone')\n")
    code, _, err = ran(tmp_path, "agent.py")
    assert code == 1
    assert "LookupError: gone" in err
    with Recorded(tmp_path / "run.ttd") as found:
        end = found.one("run.end")
        assert end.status == "error"
        assert isinstance(end.data["error"], dict)
        assert end.data["error"]["message"] == "gone"


def test_a_program_that_is_killed_is_recorded_until_then(tmp_path: Path) -> None:
    program(tmp_path, LOGS + "import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n")
    code, _, err = ran(tmp_path, "agent.py")
    assert code == 128 + signal.SIGKILL
    assert "recorded 3 events" in err
    assert not list(tmp_path.glob("run.ttd-*"))


@pytest.mark.parametrize(
    ("ending", "status", "data"),
    [
        ("sys.exit(0)", "ok", {}),
        ("sys.exit(3)", "error", {"exit_code": 3}),
        ("raise SystemExit('so')", "error", {"exit_code": 1}),
        ("os._exit(4)", "error", {"exit_code": 4}),
        ("os.kill(os.getpid(), 15)", "cancelled", {"signal": "SIGTERM", "exit_code": 143}),
        ("os.kill(os.getpid(), 9)", "error", {"signal": "SIGKILL", "exit_code": 137}),
    ],
)
def test_how_the_program_ended(
    tmp_path: Path, ending: str, status: str, data: dict[str, object]
) -> None:
    program(tmp_path, LOGS + f"import os; {ending}\n")
    for _ in range(2):
        assert ran(tmp_path, "agent.py")[0] == data.get("exit_code", 0)
    with Trace.open(tmp_path / "run.ttd") as trace:
        assert trace.sealed
        assert trace.verify(deep=True).sound
        ends = [event for event in trace.events() if event.type == "run.end"]
    assert [(end.status, end.data) for end in ends] == [(status, data)] * 2
    assert len({end.run for end in ends}) == 2


@pytest.mark.parametrize("wrapper", [["sh", "-c", '"$0" "$@"; exit $?'], ["timeout", "60"]])
@pytest.mark.parametrize(
    ("ending", "status", "data"),
    [
        ("pass", "ok", {}),
        ("sys.exit(3)", "error", {"exit_code": 3}),
        ("raise SystemExit('so')", "error", {"exit_code": 1}),
        ("os.kill(os.getpid(), 15)", "cancelled", {"signal": "SIGTERM", "exit_code": 143}),
        ("os.kill(os.getpid(), 9)", "error", {"signal": "SIGKILL", "exit_code": 137}),
        ("os._exit(4)", "error", {"exit_code": 4}),
    ],
)
def test_how_the_program_behind_a_wrapper_ended(
    tmp_path: Path, wrapper: list[str], ending: str, status: str, data: dict[str, object]
) -> None:
    program(tmp_path, LOGS + f"import os; {ending}\n")
    code, _, err = ran(tmp_path, "--", *wrapper, sys.executable, "agent.py")
    assert (code, "recorded 3 events" in err) == (data.get("exit_code", 0), True), err
    with Trace.open(tmp_path / "run.ttd") as trace:
        assert trace.sealed
        assert trace.verify(deep=True).sound
        (end,) = [event for event in trace.events() if event.type == "run.end"]
    assert (end.status, end.data) == (status, data)
    assert end.duration is not None


@pytest.mark.parametrize(
    ("ending", "outcomes"), [("pass", ["ok", "ok"]), ("sys.exit(3)", ["ok", "error"])]
)
def test_a_c_library_that_tells_no_status_leaves_it_to_the_wrapper(
    tmp_path: Path, ending: str, outcomes: list[str]
) -> None:
    (tmp_path / "site").mkdir()
    program(tmp_path / "site", "raise ImportError\n", "ctypes.py")
    program(tmp_path, LOGS + "if len(sys.argv) > 1: exec(sys.argv[1])\n")
    script = f'"$0" agent.py; "$0" agent.py "{ending}"'
    words = ("--", "sh", "-c", f"{script}; exit $?", sys.executable)
    code, _, err = ran(tmp_path, *words, PYTHONPATH=str(tmp_path / "site"))
    assert code == (3 if outcomes[-1] == "error" else 0), err
    with Trace.open(tmp_path / "run.ttd") as trace:
        assert [tell(trace, run).outcome for run in trace.runs] == outcomes


def test_each_program_behind_a_wrapper_ends_as_it_did(tmp_path: Path) -> None:
    program(tmp_path, LOGS + "import os; exec(sys.argv[1])\n")
    endings = ["pass", "sys.exit(3)", "os.kill(os.getpid(), 9)", "raise LookupError", "sys.exit(5)"]
    script = "; ".join(f"{sys.executable} agent.py '{ending}'" for ending in endings)
    assert ran(tmp_path, "--", "sh", "-c", script)[0] == 5
    with Trace.open(tmp_path / "run.ttd") as trace:
        assert trace.verify(deep=True).sound
        told = [tell(trace, run) for run in trace.runs]
        assert trace.event(trace.last_seq).run == trace.runs[-1].id
        ends = [event for event in trace.events() if event.type == "run.end"]
    assert [one.outcome for one in told] == ["ok", "error", "open", "error", "error"]
    assert all(one.duration is not None and one.duration < 20e9 for one in told)
    assert sorted(map(str, (end.data.get("exit_code") for end in ends))) == [
        "3", "5", "None", "None",
    ]  # fmt: skip


def test_a_wrapper_that_succeeds_in_spite_of_it_makes_no_success_of_what_was_killed(
    tmp_path: Path,
) -> None:
    program(tmp_path, LOGS + "import os; os.kill(os.getpid(), 9)\n")
    assert ran(tmp_path, "--", "sh", "-c", f"{sys.executable} agent.py; exit 0")[0] == 0
    with Trace.open(tmp_path / "run.ttd") as trace:
        assert tell(trace, trace.runs[0]).outcome == "open"


def test_a_program_that_executes_another_in_its_place_is_one_process(tmp_path: Path) -> None:
    program(tmp_path, LOGS + "import os; os.execv(sys.executable, [sys.executable, 'it.py'])\n")
    program(tmp_path, LOGS + "memory = {'n': 1}\nlogging.info('x')\nsys.exit(4)\n", "it.py")
    words = ("--state", "it:memory", "--", "sh", "-c", f"{sys.executable} agent.py; exit $?")
    assert ran(tmp_path, *words)[0] == 4
    assert not list(tmp_path.glob("run.*.ttd"))
    with Recorded(tmp_path / "run.ttd") as found:
        assert [end.data for end in found.all("run.end")] == [{"exit_code": 4}] * 2
        assert found.states("agent", "n") == [1]


def test_what_outlives_the_command_does_not_hide_how_it_ended(tmp_path: Path) -> None:
    program(tmp_path, LOGS + "print('ready', flush=True)\nimport time; time.sleep(60)\n")
    waits = "echo $!; until [ -s ready ]; do :; done"
    script = f"{sys.executable} agent.py >ready 2>&1 & {waits}; exit 4"
    code, out, err = ran(tmp_path, "--", "sh", "-c", script)
    os.kill(int(out), signal.SIGKILL)
    assert (code, "is being written" in err) == (4, True), err


def test_signals_are_passed_on(tmp_path: Path) -> None:
    program(
        tmp_path,
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n",
    )
    process = start(tmp_path, "agent.py")
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.terminate()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 5
    assert "recorded 2 events" in err
    with Recorded(tmp_path / "run.ttd") as found:
        assert found.one("run.end").data == {"exit_code": 5}


def test_processes_that_it_starts_record_to_files_of_their_own(tmp_path: Path) -> None:
    program(
        tmp_path,
        LOGS
        + "import os, subprocess\n"
        + "if len(sys.argv) == 1:\n"
        + "    subprocess.run([sys.executable, 'agent.py', 'child'])\n"
        + "    subprocess.run([sys.executable, '-c', 'pass'], check=True)\n"
        + "    if not (child := os.fork()):\n"
        + "        logging.info('forked')\n"
        + "        os._exit(0)\n"
        + "    os.waitpid(child, 0)\n"
        + "else:\n"
        + "    sys.exit(6)\n",
    )
    code, _, err = ran(tmp_path, "agent.py")
    others = sorted(tmp_path.glob("run.*.ttd"))
    assert (code, len(others)) == (0, 2)
    said = []
    for other in others:
        with Recorded(other) as found:
            said.append(found.one("log").data["message"])
            if said[-1] != "forked":
                assert found.one("run.end").data == {"exit_code": 6}
    assert sorted(map(str, said)) == ["forked", "said ['child']"]
    assert "is being written" not in err
    assert err.count("of process") == 2
    assert "incomplete" not in err


def test_forked_workers_end_their_runs(tmp_path: Path) -> None:
    program(
        tmp_path,
        "import logging, multiprocessing\n"
        "def work(divisor):\n"
        "    logging.warning('at work')\n"
        "    1 / divisor\n"
        "for divisor in (1, 0):\n"
        "    worker = multiprocessing.get_context('fork').Process(target=work, args=(divisor,))\n"
        "    worker.start()\n"
        "    worker.join()\n",
    )
    assert ran(tmp_path, "agent.py")[0] == 0
    statuses = []
    for other in tmp_path.glob("run.*.ttd"):
        with Recorded(other) as found:
            statuses.append(found.one("run.end").status)
    assert sorted(map(str, statuses)) == ["error", "ok"]


def test_a_sitecustomize_that_was_there_runs_too(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    program(site, "import builtins; builtins.theirs = 'theirs'\n", "sitecustomize.py")
    program(tmp_path, "import sys\nprint(theirs, sys.modules['sitecustomize'].__file__)\n")
    code, out, _ = ran(tmp_path, "agent.py", PYTHONPATH=str(site))
    assert (code, out) == (0, f"theirs {site / 'sitecustomize.py'}\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "Name the program to record"),
        (["missing.py"], "No file missing.py"),
        (["no-such-command"], "No command or Python file named 'no-such-command'"),
        (["notes.txt"], "`ttdebug record -- python notes.txt`"),
        (["--sate", "x"], "No such option"),
        (["-m"], "-m needs the name of a module"),
        (["--state", "x", "agent.py"], "write MODULE:NAME"),
        (["-o", "gone/run.ttd", "agent.py"], "is no folder that can be written to"),
        (["-o", ".", "agent.py"], "is a folder; name the file"),
    ],
)
def test_wrong_words_are_said_before_anything_runs(
    tmp_path: Path, words: list[str], told: str, monkeypatch: pytest.MonkeyPatch, tt: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    program(tmp_path, "print('ran')\n")
    program(tmp_path, "notes", "notes.txt")
    outcome = tt("record", *words)
    assert (outcome.code, outcome.out) == (2, "")
    assert told in outcome.err


def test_an_empty_file_is_recorded_to(tmp_path: Path) -> None:
    program(tmp_path, LOGS)
    (tmp_path / "run.ttd").touch()
    code, _, err = ran(tmp_path, "agent.py")
    assert code == 0
    assert "ttdebug: recorded 3 events" in err


def test_what_is_no_python_is_not_recorded(tmp_path: Path) -> None:
    code, _, err = ran(tmp_path, "--", "true")
    assert code == 1
    assert "nothing was recorded" in err
    assert not (tmp_path / "run.ttd").exists()
