"""What kind of work a span is, and whose."""

from __future__ import annotations

from typing import NamedTuple

from ttdebug.foreign.shapes import text_of
from ttdebug.genai.attributes import Attributes, unwrapped
from ttdebug.genai.otel import OtelSpan
from ttdebug.model import JSON, Object

MODEL, TOOL, AGENT, OTHER = "llm", "tool", "agent", "span"
ROOT = "root"
"""The owner of a graph's state, unless it is part of another graph."""

_OPERATIONS = {
    "chat": MODEL, "text_completion": MODEL, "completion": MODEL, "generate_content": MODEL,
    "call_llm": MODEL, "execute_tool": TOOL, "invoke_agent": AGENT, "invoke_workflow": "workflow",
    "embeddings": "embedding", "create_agent": "create_agent", "retrieval": "retrieval",
}  # fmt: skip
_SPAN_KINDS = ("openinference.span.kind", "traceloop.span.kind", "agentops.span.kind",
               "mlflow.spanType", "langfuse.observation.type", "langsmith.run_type")  # fmt: skip
_WORDS = {
    "llm": MODEL, "chat_model": MODEL, "generation": MODEL, "tool": TOOL, "agent": AGENT,
}  # fmt: skip
_UNSAID = ("span", "unknown")
_ADK_CALL = "gcp.vertex.agent.llm_request"
_TOLD = ("gen_ai.prompt", "gen_ai.input.messages", "llm.input_messages", "gen_ai.completion")
_TELLING = (*_SPAN_KINDS, *_TOLD, "gen_ai.operation.name", "ai.operationId", "llm.request.type",
            _ADK_CALL, "gen_ai.tool.name", "tool.name")  # fmt: skip
_AGENT_NAMES = ("gen_ai.agent.name", "agent.name", "agent_name", "graph.node.id", "agent.role")


class Kind(NamedTuple):
    """The word for it (MODEL, TOOL, AGENT or another), and its agent if one is named.

    `stand_in` is the name of an agent's span, for want of one around it.
    """

    word: str
    agent: str | None = None
    stand_in: str | None = None


class Graph(NamedTuple):
    """Where a span stands in a LangGraph graph: `owner` holds the state, `node` acts on it.

    `is_node` is the span of the node itself, not of something inside it; `whole` one whose input
    is the state, as it is unless the node was sent something else.
    """

    owner: str
    node: str | None
    is_node: bool
    whole: bool
    step: JSON = None


def kind_of(span: OtelSpan, found: Attributes, graph: Graph | None) -> Kind:
    """What `span` is; the actors of a graph share its state and so are no agents."""
    word = _word(span, found)
    if graph is not None:
        is_plain = word in (AGENT, OTHER, "chain")
        return Kind("node" if graph.is_node and is_plain else word, graph.owner)
    agent = found.text(*_AGENT_NAMES)
    if word == AGENT and agent is None:
        agent = found.text("traceloop.entity.name")
        return Kind(word, agent, span.name.removeprefix("invoke_agent").strip() or None)
    return Kind(word, agent)


def _word(span: OtelSpan, found: Attributes) -> str:
    if found.lack(_TELLING):
        return OTHER
    for key in _SPAN_KINDS:
        word = (found.text(key) or "").lower()
        if word and word not in _UNSAID:
            return _WORDS.get(word, word)
    operation = found.text("gen_ai.operation.name")
    if operation is not None:
        return _OPERATIONS.get(operation, operation)
    if (vercel := found.text("ai.operationId")) is not None:
        return _vercel(vercel)
    return _guess(span, found)


def _vercel(operation: str) -> str:
    if operation == "ai.toolCall":
        return TOOL
    return MODEL if operation.endswith((".doGenerate", ".doStream")) else "ai"


def _guess(span: OtelSpan, found: Attributes) -> str:
    """The kind of spans that do not say it."""
    if found.text("llm.request.type") in ("chat", "completion"):
        return MODEL
    if span.name == "call_llm" and found.text(_ADK_CALL):
        return MODEL
    if found.text("gen_ai.tool.name", "tool.name"):
        return TOOL
    asked = found.text("gen_ai.request.model", "llm.model_name")
    if asked and found.see(*_TOLD) is not None:
        return MODEL
    return OTHER


def owner_of(ns: str) -> str:
    """Whose state the task with this checkpoint namespace works on: the graph's, by its node."""
    names = [part.partition(":")[0] for part in ns.split("|")[:-1] if ":" in part]
    return names[-1] if names else ROOT


def graph_of(span: OtelSpan, metadata: Object) -> Graph | None:
    """The graph that a span belongs to, by the metadata that LangGraph gives."""
    node = text_of(metadata, "langgraph_node")
    if node is None:
        is_graph = span.name == "LangGraph" or metadata.get("ls_integration") == "langgraph"
        return Graph(ROOT, None, is_node=False, whole=False) if is_graph else None
    ns = text_of(metadata, "langgraph_checkpoint_ns") or text_of(metadata, "checkpoint_ns") or ""
    path = metadata.get("langgraph_path")
    pulled = isinstance(path, list) and path[:1] == ["__pregel_pull"]
    is_node = span.name == node
    whole = pulled and is_node
    return Graph(owner_of(ns), node, is_node, whole, metadata.get("langgraph_step"))


def metadata_of(found: Attributes) -> Object:
    """What a span says of itself in JSON, taken out of the attributes."""
    metadata = unwrapped(found.see("metadata"))
    if not isinstance(metadata, dict):
        return {}
    found.take("metadata")
    return metadata
