"""The state of a run: the context its agents share where it was recorded, else what was said."""

from __future__ import annotations

from ttdebug.formats.spans import NOTHING, EventSpec, Fold, Written
from ttdebug.genai import Folded
from ttdebug.genai.openai_agents import Translator
from ttdebug.model import Object


class Context(Fold):
    """The context of a run as tools returned it, member by member, or as a span holds it whole."""

    def __init__(self) -> None:
        self._state: Object = {}

    def fidelity(self) -> list[str]:
        """Where the state comes from."""
        return ["recorded: state (the context shared by all agents, as tools returned it)"]

    def __call__(self, agent: str, event: EventSpec) -> Written:
        """The context after an event that tells of it."""
        if not isinstance(event.state, dict):
            return NOTHING
        returned = "returned" in event.data
        self._state = {**self._state, **event.state} if returned else event.state
        return self._state, None


def fold_for(translator: Translator) -> Fold:
    """The fold that suits what was found in the file."""
    return Context() if translator.has_state else Folded()
