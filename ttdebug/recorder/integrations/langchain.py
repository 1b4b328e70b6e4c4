"""LangChain, and LangGraph on top of it: a callback handler.

    graph.invoke(input, config={"callbacks": [TtdebugHandler(rec)]})

Models, tools, retrievers and chains become spans; the nodes of a graph too, with its state after
each step (see `graphs`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.documents import Document
from langchain_core.messages import BaseMessage
from langchain_core.outputs import LLMResult

from ttdebug.foreign.shapes import embedded
from ttdebug.genai.calls import model_call, model_result, tool_call, tool_result
from ttdebug.genai.messages import messages
from ttdebug.genai.records import EventSpec
from ttdebug.model import JSON, Object
from ttdebug.recorder.exceptions import error_data, outcome
from ttdebug.recorder.faults import Faults, guarded
from ttdebug.recorder.handle import Handle
from ttdebug.recorder.integrations import answers
from ttdebug.recorder.integrations.graphs import INTERRUPTS, Graphs, in_graph
from ttdebug.recorder.integrations.live import Live

_RETRY: Final = "retry:attempt:"
_HIDDEN: Final = "langsmith:hidden"
_PARENT: Final = "ParentCommand"


class TtdebugHandler(BaseCallbackHandler):
    """Records what LangChain tells of its runs; calls of several threads and tasks may mix."""

    run_inline = True  # in the order and the context in which things happen

    def __init__(self, rec: Handle) -> None:
        self.live = Live(rec)
        self.graphs = Graphs(self.live)
        self._calls: dict[UUID, tuple[str, str | None]] = {}

    @property
    def faults(self) -> Faults:
        """Where the recorder counts what went wrong."""
        return self.live.handle.faults

    @guarded(None)
    def on_chain_start(
        self,
        /,
        serialized: dict[str, Any] | None,
        inputs: Any,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        tags: list[str] | None = None,
        metadata: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Open the span of a chain, a graph or a node."""
        if tags and _HIDDEN in tags:
            return
        name = _name(serialized, kwargs)
        self._retried(name, tags, parent_run_id)
        if self.graphs.start(run_id, parent_run_id, name, inputs, tags or (), metadata or {}):
            return
        given: Object = {} if self.graphs.repeats(parent_run_id, inputs) else {"input": inputs}
        event = EventSpec("chain", name, given)
        self.live.open(run_id, event, parent_run_id, source=_source(run_id))

    @guarded(None)
    def on_chain_end(self, /, outputs: Any, *, run_id: UUID, **kwargs: Any) -> None:
        """Close it with what it returned."""
        if not self.graphs.end(run_id, outputs):
            self.live.close(run_id, EventSpec("chain.end", data={"output": answers.told(outputs)}))

    @guarded(None)
    def on_chain_error(self, /, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """Close it with what it raised."""
        event = _failed(error, EventSpec("chain.end"))
        if not self.graphs.fail(run_id, event, error):
            self.live.close(run_id, event, raised=error)

    @guarded(None)
    def on_chat_model_start(
        self,
        /,
        serialized: dict[str, Any] | None,
        messages: list[list[BaseMessage]],
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        tags: list[str] | None = None,
        metadata: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Open the span of a call of a chat model."""
        said = [told for turn in messages for message in turn for told in answers.normal(message)]
        about = _Model(serialized, kwargs, metadata)
        self._ask(about, said, run_id, parent_run_id, tags, metadata)

    @guarded(None)
    def on_llm_start(
        self,
        /,
        serialized: dict[str, Any] | None,
        prompts: list[str],
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        tags: list[str] | None = None,
        metadata: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Open the span of a call of a model that completes texts."""
        about = _Model(serialized, kwargs, metadata)
        said: list[Object] = [{"role": "user", "content": prompt} for prompt in prompts]
        self._ask(about, said, run_id, parent_run_id, tags, metadata)

    def _ask(
        self,
        about: _Model,
        said: list[Object],
        run_id: UUID,
        parent: UUID | None,
        tags: Sequence[str] | None,
        metadata: dict[str, Any] | None,
    ) -> None:
        self._retried(about.name, tags, parent)
        event = model_call(about.name, said)
        if about.params:
            event.data["params"] = about.params
        self._calls[run_id] = about.name, None
        self.live.open(run_id, event, parent, folds=not in_graph(metadata), source=_source(run_id))

    @guarded(None)
    def on_llm_end(self, /, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> None:
        """Close the span of a model with its answer."""
        name, _ = self._calls.pop(run_id, (None, None))
        answer = answers.Answer(response)
        event = model_result(name, messages(answer.said, "assistant"))
        self.live.close(
            run_id,
            EventSpec(
                event.type, answer.model or name, event.data | answer.data, gives=event.gives
            ),
        )

    @guarded(None)
    def on_llm_error(self, /, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """Close the span of a model that failed."""
        name, _ = self._calls.pop(run_id, (None, None))
        self.live.close(run_id, _failed(error, EventSpec("llm.result", name)), raised=error)

    @guarded(None)
    def on_tool_start(
        self,
        /,
        serialized: dict[str, Any] | None,
        input_str: str,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        tags: list[str] | None = None,
        metadata: dict[str, Any] | None = None,
        inputs: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Open the span of a tool."""
        name = _name(serialized, kwargs) or "tool"
        call_id = kwargs.get("tool_call_id")
        self._retried(name, tags, parent_run_id)
        self._calls[run_id] = name, call_id
        args = cast(JSON, inputs) if inputs is not None else embedded(input_str)
        event = tool_call(name, args, call_id)
        folds = not in_graph(metadata)
        self.live.open(run_id, event, parent_run_id, folds=folds, source=_source(run_id))

    @guarded(None)
    def on_tool_end(self, /, output: Any, *, run_id: UUID, **kwargs: Any) -> None:
        """Close it with its result."""
        name, call_id = self._calls.pop(run_id, ("tool", None))
        event = tool_result(name, call_id)
        answers.add_result(event, output)
        self.live.close(run_id, event)

    @guarded(None)
    def on_tool_error(self, /, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """Close it with what it raised."""
        name, call_id = self._calls.pop(run_id, ("tool", None))
        self.live.close(run_id, _failed(error, tool_result(name, call_id)), raised=error)

    @guarded(None)
    def on_retriever_start(
        self,
        /,
        serialized: dict[str, Any] | None,
        query: str,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        **kwargs: Any,
    ) -> None:
        """Open the span of a search for documents."""
        event = EventSpec("retrieval", _name(serialized, kwargs), {"query": query})
        self.live.open(run_id, event, parent_run_id, source=_source(run_id))

    @guarded(None)
    def on_retriever_end(
        self, /, documents: Sequence[Document], *, run_id: UUID, **kwargs: Any
    ) -> None:
        """Close it with the documents."""
        found = cast(JSON, list(documents))
        self.live.close(run_id, EventSpec("retrieval.end", data={"documents": found}))

    @guarded(None)
    def on_retriever_error(self, /, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """Close it with what it raised."""
        self.live.close(run_id, _failed(error, EventSpec("retrieval.end")), raised=error)

    @guarded(None)
    def on_retry(self, /, retry_state: Any, *, run_id: UUID, **kwargs: Any) -> None:
        """Record that a run tries again."""
        data: Object = {"attempt": getattr(retry_state, "attempt_number", None)}
        self.live.point(EventSpec("retry", None, data), run_id)

    @guarded(None)
    def on_custom_event(self, /, name: str, data: Any, *, run_id: UUID, **kwargs: Any) -> None:
        """Record an event that the program dispatched."""
        self.live.point(EventSpec("event", name, {"data": data}), run_id)

    def _retried(self, name: str | None, tags: Sequence[str] | None, parent: UUID | None) -> None:
        """A later attempt of `with_retry` says which it is in a tag."""
        for tag in tags or ():
            attempt = tag.removeprefix(_RETRY)
            if attempt != tag and attempt.isdigit() and int(attempt) > 1:
                self.live.point(EventSpec("retry", name, {"attempt": int(attempt)}), parent)


class _Model:
    """Which model is called, and with what settings."""

    def __init__(
        self,
        serialized: dict[str, Any] | None,
        kwargs: dict[str, Any],
        metadata: dict[str, Any] | None,
    ) -> None:
        params = kwargs.get("invocation_params") or {}
        self.params: Object = {
            key: value
            for key, value in params.items()
            if value is not None and not key.startswith("_") and key not in answers.MODEL_NAMES
        }
        named = [(metadata or {}).get("ls_model_name"), *map(params.get, answers.MODEL_NAMES)]
        found = next((name for name in named if isinstance(name, str) and name), None)
        self.name = found or _name(serialized, kwargs) or "model"


def _failed(error: BaseException, event: EventSpec) -> EventSpec:
    """How a span ends that raised; LangGraph also stops and jumps by exceptions."""
    kind = type(error).__name__
    if kind == _PARENT:
        event.data["command"] = answers.told(error.args[0] if error.args else None)
    elif kind in INTERRUPTS or outcome(error) == "cancelled":
        event.status = "cancelled"
    else:
        event.status = "error"
        event.data["error"] = cast(JSON, error_data(error))
    return event


def _name(serialized: dict[str, Any] | None, kwargs: dict[str, Any]) -> str | None:
    given = serialized or {}
    path = given.get("id") or [None]
    name = kwargs.get("name") or given.get("name") or path[-1]
    return name if isinstance(name, str) else None


def _source(run_id: UUID) -> Object:
    return {"run_id": str(run_id)}
