from __future__ import annotations

import operator
import threading
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pytest
from langchain_core.language_models import FakeListLLM
from langchain_core.language_models.fake_chat_models import FakeMessagesListChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph, add_messages
from langgraph.prebuilt import ToolNode, tools_condition
from langgraph.types import Command, RetryPolicy, Send, interrupt

import ttdebug
from tests.recorder.integrations.reading import Recorded
from ttdebug.recorder.integrations.langgraph import TtdebugHandler


class Talk(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]
    budget: int


class Log(TypedDict):
    log: Annotated[list[str], operator.add]


@tool
def search(place: str) -> str:
    """Find a hotel."""
    if place == "nowhere":
        raise LookupError("no such place")
    return f"a hotel in {place}"


def talking(place: str = "Rome") -> Any:
    """An agent that asks for one search, reads its result and answers."""
    call = {"name": "search", "args": {"place": place}, "id": "c1"}
    usage = {"input_tokens": 7, "output_tokens": 2, "total_tokens": 9}
    model = FakeMessagesListChatModel(
        responses=[
            AIMessage("Let me look", tool_calls=[call]),
            AIMessage("Found one", usage_metadata=usage),
        ]
    )

    def agent(state: Talk) -> dict[str, Any]:
        return {"messages": [model.invoke(state["messages"])], "budget": state["budget"] - 1}

    graph = StateGraph(Talk)
    graph.add_node("agent", agent)
    graph.add_node("tools", ToolNode([search], handle_tool_errors=True))
    graph.add_edge(START, "agent")
    graph.add_conditional_edges("agent", tools_condition)
    graph.add_edge("tools", "agent")
    return graph.compile()


def run(path: Path, graph: Any, *inputs: Any) -> Recorded:
    with ttdebug.record(path) as rec:
        config = {"callbacks": [TtdebugHandler(rec)], "configurable": {"thread_id": "t"}}
        for value in inputs:
            graph.invoke(value, config=config)
    assert rec.stats.faults == 0, rec.stats.last_fault
    return Recorded(path)


def question() -> dict[str, Any]:
    return {"messages": [HumanMessage("A hotel?", id="m1")], "budget": 3}


TOLD = """\
graph LangGraph
  state
  node agent
    llm.call FakeMessagesListChatModel
    chain tools_condition
  state
  node tools
    tool.call search
  state
  node agent
    llm.call FakeMessagesListChatModel
    chain tools_condition
  state"""


def test_models_tools_and_the_state_after_each_step(tmp_path: Path) -> None:
    with run(tmp_path / "x.ttd", talking(), question()) as found:
        assert "\n".join(found.lines()) == TOLD
        first, second = found.all("llm.call")
        said = {"role": "user", "content": "A hotel?", "id": "m1"}
        assert first.data["messages"] == [said]
        answer = found.end(first)
        assert answer.data["output"] == "Let me look"
        asked = [{"id": "c1", "name": "search", "args": {"place": "Rome"}}]
        assert answer.data["tool_calls"] == asked
        assert found.end(second).data["usage"] == {
            "input_tokens": 7, "output_tokens": 2, "total_tokens": 9,
        }  # fmt: skip
        call = found.one("tool.call")
        assert call.data == {"args": {"place": "Rome"}, "call_id": "c1"}
        assert found.end(call).data["result"] == "a hotel in Rome"
        assert found.causes(call) == [
            ("llm.result", "FakeMessagesListChatModel", "asked for by this answer")
        ]
        assert found.causes(second) == [("tool.result", "search", "result given to this call")]
        assert found.states("root", "budget") == [3, 2, 1]
        steps = [len(messages) for messages in found.states("root", "messages")]  # type: ignore[arg-type]  # lists
        assert steps == [1, 2, 3, 4]
        states = found.all("state")
        assert found.causes(states[1]) == [("node.end", "agent", "ran since the state before")]
        tools = found.one("node", "tools")
        assert found.causes(tools) == [("state", None, "ran after this step")]
        assert {event.agent for event in found.events} == {"agent", "root"}


async def test_the_same_without_waiting(tmp_path: Path) -> None:
    path = tmp_path / "x.ttd"
    with ttdebug.record(path) as rec:
        await talking().ainvoke(question(), config={"callbacks": [TtdebugHandler(rec)]})
    with Recorded(path) as found:
        assert "\n".join(found.lines()) == TOLD
        assert found.states("root", "budget") == [3, 2, 1]


def test_what_a_tool_records_itself_stands_inside_it(tmp_path: Path) -> None:
    with ttdebug.record(tmp_path / "x.ttd") as rec:

        @tool
        def look(place: str) -> str:
            """Look."""
            rec.event("decision", "inside")
            return place

        graph = StateGraph(Log)
        graph.add_node("node", lambda _: {"log": [look.invoke({"place": "x"})]})
        graph.add_edge(START, "node")
        app: Any = graph.compile()
        app.invoke({"log": []}, config={"callbacks": [TtdebugHandler(rec)]})
        rec.event("decision", "outside")
    with Recorded(tmp_path / "x.ttd") as found:
        call = found.one("tool.call", "look")
        assert found.one("decision", "inside").parent == call.seq
        assert found.one("decision", "outside").parent is None


def test_a_tool_that_fails(tmp_path: Path) -> None:
    with run(tmp_path / "x.ttd", talking("nowhere"), question()) as found:
        result = found.end(found.one("tool.call"))
        assert (result.status, result.name) == ("error", "search")
        assert isinstance(result.data["error"], dict)
        assert result.data["error"]["message"] == "no such place"


def test_retries_of_a_node(tmp_path: Path) -> None:
    tries = iter([ConnectionError("down"), None])

    def flaky(state: Log) -> dict[str, Any]:
        if fault := next(tries):
            raise fault
        return {"log": ["done"]}

    graph = StateGraph(Log)
    graph.add_node("flaky", flaky, retry_policy=RetryPolicy(initial_interval=0.001, jitter=False))
    graph.add_edge(START, "flaky")
    with run(tmp_path / "x.ttd", graph.compile(), {"log": []}) as found:
        retry = found.one("retry", "flaky")
        assert retry.data == {"attempt": 2}
        assert found.causes(retry) == [("node.end", "flaky", "it failed")]
        first, second = found.all("node", "flaky")
        assert (found.end(first).status, found.end(second).status) == ("error", "ok")
        assert ("retry", "flaky", "another attempt") in found.causes(second)


def test_interrupts_and_what_answers_them(tmp_path: Path) -> None:
    graph = StateGraph(Log)
    graph.add_node("ask", lambda _: {"log": [interrupt({"question": "go on?"})]})
    graph.add_node("last", lambda _: {"log": ["end"]})
    graph.add_edge(START, "ask")
    graph.add_edge("ask", "last")
    app = graph.compile(checkpointer=InMemorySaver(), interrupt_before=["last"])
    answer: Any = Command(resume="yes")
    with run(tmp_path / "x.ttd", app, {"log": []}, answer, None) as found:
        asked, told = found.all("interrupt")
        assert asked.data == {"value": {"question": "go on?"}}
        assert found.end(found.all("node", "ask")[0]).status == "cancelled"
        assert told.data == {"where": "before"}
        first, second = found.all("resume")
        assert first.data == {"value": "yes"}
        assert found.causes(first) == [("interrupt", "ask", "goes on after this")]
        assert found.causes(second) == [("interrupt", None, "goes on after this")]
        assert found.states("root", "log") == [[], ["yes"], ["yes", "end"]]
        assert {event.status for event in found.events} <= {"ok", "cancelled", None}


def test_parallel_tasks_and_graphs_inside_graphs(tmp_path: Path) -> None:
    inner = StateGraph(Log)
    inner.add_node("deep", lambda _: {"log": ["deep"]})
    inner.add_edge(START, "deep")
    graph = StateGraph(Log)
    graph.add_node("sub", inner.compile())
    graph.add_node("work", lambda task: {"log": [f"work {task['k']}"]})
    graph.add_edge(START, "sub")
    graph.add_conditional_edges("sub", lambda _: [Send("work", {"k": k}) for k in (1, 2)], ["work"])
    with run(tmp_path / "x.ttd", graph.compile(), {"log": ["in"]}) as found:
        deep = found.one("node", "deep")
        assert deep.agent == "sub"
        assert found.states("sub", "log") == [["in"], ["in", "deep"]]
        assert [event.data["input"] for event in found.all("node", "work")] == [{"k": 1}, {"k": 2}]
        last = found.all("state")[-1]
        assert [name for _, name, _ in found.causes(last)] == ["sub", "work", "work"]
        state = found.state(last, "root")
        assert state == {"log": ["in", "in", "deep", "work 1", "work 2"]}


def test_graphs_that_run_at_the_same_time_keep_their_states_apart(tmp_path: Path) -> None:
    together = threading.Barrier(4)

    def wait(state: Log) -> dict[str, Any]:
        together.wait(timeout=30)
        return {"log": [f"after {state['log'][0]}"]}

    graph = StateGraph(Log)
    graph.add_node("wait", wait)
    graph.add_edge(START, "wait")
    app: Any = graph.compile()
    with ttdebug.record(tmp_path / "x.ttd") as rec:
        inputs = [{"log": [str(number)]} for number in range(4)]
        app.batch(inputs, config={"callbacks": [TtdebugHandler(rec)]})
    assert rec.stats.faults == 0, rec.stats.last_fault
    with Recorded(tmp_path / "x.ttd") as found:
        owners = {event.agent or "" for event in found.all("graph")}
        assert owners == {"root", "root 2", "root 3", "root 4"}
        ends = [found.states(owner, "log")[-1] for owner in sorted(owners)]
        assert sorted(map(str, ends)) == [f"['{n}', 'after {n}']" for n in range(4)]


def test_chains_without_a_graph(tmp_path: Path) -> None:
    prompt = ChatPromptTemplate.from_messages([("system", "Be brief."), ("user", "{q}")])
    chain = prompt | FakeMessagesListChatModel(responses=[AIMessage("Yes.")])
    with ttdebug.record(tmp_path / "x.ttd") as rec:
        config: Any = {"callbacks": [TtdebugHandler(rec)]}
        chain.invoke({"q": "ok?"}, config=config)
        FakeListLLM(responses=["text"]).invoke("complete this", config=config)
        again = RunnableLambda(_Twice()).with_retry(wait_exponential_jitter=False)
        again.invoke("x", config=config)
    with Recorded(tmp_path / "x.ttd") as found:
        chat, text = found.all("llm.call")
        assert [message["role"] for message in chat.data["messages"]] == ["system", "user"]  # type: ignore[index, union-attr, call-overload]
        assert text.data["messages"] == [{"role": "user", "content": "complete this"}]
        assert found.end(text).data["output"] == "text"
        state = found.state(found.end(chat))
        assert isinstance(state, dict)
        assert len(state["messages"]) == 3  # type: ignore[arg-type]  # a list
        assert found.one("retry").data == {"attempt": 2}


class _Twice:
    """Fails when it is first called."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, value: str) -> str:
        self.calls += 1
        if self.calls == 1:
            raise ConnectionError("down")
        return value


def test_a_fault_of_ours_never_reaches_the_agent(tmp_path: Path) -> None:
    with ttdebug.record(tmp_path / "missing" / "x.ttd") as rec:
        found = talking().invoke(question(), config={"callbacks": [TtdebugHandler(rec)]})
    assert found["budget"] == 1
    assert rec.stats.faults


def test_a_graph_that_fails_says_so_and_raises(tmp_path: Path) -> None:
    def broken(state: Log) -> Log:
        raise KeyError("gone")

    graph = StateGraph(Log)
    graph.add_node("broken", broken)
    graph.add_edge(START, "broken")
    app: Any = graph.compile()
    with ttdebug.record(tmp_path / "x.ttd") as rec, pytest.raises(KeyError):
        app.invoke({"log": ["a"]}, config={"callbacks": [TtdebugHandler(rec)]})
    with Recorded(tmp_path / "x.ttd") as found:
        ends = [found.one("node.end"), found.one("graph.end")]
        assert [end.status for end in ends] == ["error", "error"]
