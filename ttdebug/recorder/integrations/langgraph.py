"""LangGraph: the callback handler of LangChain, which also learns where a graph was told to stop.

graph.invoke(input, config={"callbacks": [TtdebugHandler(rec)]})
"""

from __future__ import annotations

from langgraph.callbacks import GraphCallbackHandler, GraphInterruptEvent

from ttdebug.recorder.faults import guarded
from ttdebug.recorder.integrations import langchain


class TtdebugHandler(langchain.TtdebugHandler, GraphCallbackHandler):
    """Records graphs with their state after each step, and all that runs in them."""

    @guarded(None)
    def on_interrupt(self, /, event: GraphInterruptEvent) -> None:
        """Record a stop before or after a node; one that a node asks for is told by the node."""
        if event.run_id is not None and event.status.startswith("interrupt_"):
            self.graphs.stopped(event.run_id, event.status.removeprefix("interrupt_"))
