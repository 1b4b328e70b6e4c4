"""What both generations of events need to be written: moments, replies told once, tokens."""

from __future__ import annotations

from ttdebug.foreign.shapes import integer_of, number_of, object_of, objects_in, text_of
from ttdebug.foreign.times import parse_time
from ttdebug.formats.conversation import MAIN_AGENT, Conversation, Moment, Talk
from ttdebug.model import JSON, Object

_TOKENS = {
    "prompt_tokens": "input_tokens",
    "completion_tokens": "output_tokens",
    "cache_read_tokens": "cache_read_tokens",
    "cache_write_tokens": "cache_write_tokens",
    "reasoning_tokens": "reasoning_tokens",
}


class Desk:
    """Writes for one run. `agent` is who acts now."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.scribe = talk.scribe
        self.agent = MAIN_AGENT
        self._replies: dict[str, int] = {}
        self._messages: dict[str, str] = {}

    @property
    def conversation(self) -> Conversation:
        """The state of who acts now."""
        return self.scribe.conversation(self.agent)

    def moment(self, event: Object, line: int | None, parent: int | None = None) -> Moment:
        """Where an event stands, by its line, its id and its time."""
        source: Object = {} if line is None else {"line": line}
        identity = event.get("id")
        if isinstance(identity, int | str):
            source["id"] = identity
        return Moment(self.agent, parse_time(event.get("timestamp"))[0], source or None, parent)

    def told(self, response: str | None) -> int | None:
        """The reply that a model's response was written as, for the calls that share it."""
        return None if response is None else self._replies.get(response)

    def stands(self, event: Object, message: str) -> None:
        """Remember the message of the state in which an event stands."""
        self._messages[str(event.get("id"))] = message

    def reply(
        self,
        moment: Moment,
        response: str | None,
        text: str,
        *,
        model: str | None = None,
        data: Object | None = None,
    ) -> int:
        """Write the response of a model once, whatever it called."""
        identity = response or f"reply-{self.scribe.last_seq + 1}"
        seq = self.talk.reply(moment, identity, text, model=model, data=data)
        if response is not None:
            self._replies[response] = seq
        return seq

    def totals(self, usage: Object, cost: int | float | None) -> None:
        """Tokens and cost stand at this now."""
        for theirs, ours in _TOKENS.items():
            count = integer_of(usage, theirs)
            if count is not None and (count or theirs in ("prompt_tokens", "completion_tokens")):
                self.conversation.spent(ours, count)
        if cost is not None:
            self.conversation.spent("cost_usd", cost)

    def condense(self, event: Object, forgotten: JSON, summary: str | None) -> None:
        """Some messages are forgotten, and perhaps a summary is kept in their place."""
        if isinstance(forgotten, list):
            ids = [str(identity) for identity in forgotten]
            self.conversation.lose({self._messages.get(one, one) for one in ids})
        if summary:
            self.conversation.say(f"summary-{event.get('id')}", "user", summary)


def usage_of(told: Object) -> Object:
    """The tokens of one response by our names."""
    found = {ours: integer_of(told, theirs) for theirs, ours in _TOKENS.items()}
    return {name: count for name, count in found.items() if count is not None}


def totals_of(metrics: list[Object]) -> tuple[Object, int | float | None]:
    """The tokens and the cost that several models have accumulated together."""
    usage: Object = {}
    cost: int | float | None = None
    for one in metrics:
        accumulated = object_of(one, "accumulated_token_usage")
        for key in _TOKENS:
            count = integer_of(accumulated, key)
            if count is not None:
                usage[key] = (integer_of(usage, key) or 0) + count
        spent = number_of(one, "accumulated_cost")
        cost = cost if spent is None else (cost or 0) + spent
    return usage, cost


def response_text(response: Object) -> tuple[str, str | None]:
    """What a whole completion says, and what it thought."""
    choices = objects_in(response.get("choices"))
    message = object_of(choices[0], "message") if choices else {}
    thinking = text_of(message, "reasoning_content") or text_of(message, "reasoning")
    content = message.get("content")
    if isinstance(content, list):
        texts = [text_of(part, "text") for part in objects_in(content)]
        return "\n".join(filter(None, texts)), thinking
    return (content if isinstance(content, str) else ""), thinking
