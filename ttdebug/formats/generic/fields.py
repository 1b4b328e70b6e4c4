"""Which field of a home-made log plays which role: guessed from its first records, or told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from ttdebug.foreign.times import parse_time
from ttdebug.formats.generic.words import CLOSING, OPENING
from ttdebug.formats.mapping import NO_FIELD, ROLES
from ttdebug.model import JSON, Object

Place = tuple[str, ...]

ALIASES: Mapping[str, tuple[str, ...]] = {
    "time": (
        "ts", "timestamp", "time", "t", "@timestamp", "created_at", "createdAt", "start_time",
        "datetime", "date",
    ),
    "state": (
        "state", "snapshot", "after", "new_state", "world", "obs", "memory", "beliefs",
    ),
    "patch": ("patch", "changes", "delta", "diff", "ops"),
    "before": ("before", "prev", "old_state"),
    "phase": ("scope_category", "phase", "event", "type", "kind", "lifecycle"),
    "type": ("type", "event", "kind", "event_type", "action", "name", "op", "phase"),
    "span": ("span_id", "spanId", "call_id", "tool_call_id", "toolCallId", "request_id"),
    "id": ("id", "uuid", "event_id", "span_id", "spanId"),
    "parent": (
        "parent", "parent_id", "parentId", "parent_uuid", "parentUuid", "parent_span_id",
        "parentSpanId", "cause", "caused_by",
    ),
    "run": (
        "run_id", "runId", "run", "trace_id", "traceId", "session_id", "sessionId", "session",
        "conversation_id",
    ),
    "agent": (
        "agent", "agent_id", "agent_name", "agentId", "thread", "thread_id", "actor", "source",
        "role",
    ),
    "name": (
        "name", "tool_name", "toolName", "tool", "function", "action", "operation", "model",
    ),
    "status": ("status", "outcome", "level", "severity"),
    "duration": (
        "duration_ms", "latency_ms", "elapsed_ms", "duration_us", "duration_ns", "duration_s",
        "duration",
    ),
}  # fmt: skip
SEQ = ("seq", "step", "step_id", "cycle", "tick", "index", "i", "n", "frame", "iteration")
ERRORS: tuple[Place, ...] = (("error",), ("exception",), ("traceback",))
ENVELOPES = ("span", "event", "record", "payload")
SPAN_KINDS = ("category", "kind", "span_kind", "span_type", "type")
_TYPE_WORDS = ("type", "event", "kind", "event_type")


def is_word(value: JSON) -> bool:
    """Whether `value` can be an identifier."""
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def _is_patch(value: JSON) -> bool:
    if isinstance(value, list):
        return all(isinstance(op, dict) and "op" in op and "path" in op for op in value)
    return isinstance(value, dict)


FITS: Mapping[str, Callable[[JSON], bool]] = {
    "time": lambda value: parse_time(value)[0] is not None,
    "state": lambda value: isinstance(value, dict | list),
    "patch": _is_patch,
    "before": lambda value: isinstance(value, dict | list),
    "type": lambda value: isinstance(value, str) and len(value) < 200,
    "name": lambda value: isinstance(value, str) and len(value) < 200,
    "status": lambda value: isinstance(value, str),
    "duration": lambda value: isinstance(value, int | float),
}


@dataclass(frozen=True, slots=True)
class Fields:
    """The place of each role in a record, and the fields that hold its own numbers or errors."""

    places: Mapping[str, Place] = field(default_factory=dict)
    numbers: tuple[str, ...] = ()
    errors: tuple[Place, ...] = ()

    def get(self, role: str) -> Place | None:
        """Where `role` stands, or None."""
        return self.places.get(role)

    def tell_a_log(self) -> bool:
        """Whether there is a role by which a log is told from any other JSON."""
        if any(role in self.places for role in ("time", "state", "patch", "phase")):
            return True
        return self.places.get("type", ("",))[-1] in _TYPE_WORDS

    def describe(self) -> str:
        """`time from ts, agent from agent, state from state`, in the words of --map."""
        told = {role: ".".join(place) for role, place in self.places.items()}
        if self.numbers:
            told["seq"] = " and ".join(self.numbers)
        return ", ".join(f"{role} from {told[role]}" for role in ROLES if role in told)


def guess(objects: Sequence[Object], told: Mapping[str, str]) -> Fields:
    """The roles found in `objects`; what is `told` (dotted fields, or NO_FIELD) wins."""
    places: dict[str, Place] = {
        role: tuple(where.split(".")) for role, where in told.items() if where != NO_FIELD
    }
    wanted = (told["seq"],) if "seq" in told else SEQ
    numbers = tuple(key for key in wanted if any(key in value for value in objects))
    errors = (places["error"],) if "error" in places else ERRORS if "error" not in told else ()
    for role in ALIASES:
        if role in told:
            continue
        place = _phase(objects) if role == "phase" else _best(role, objects, set(places.values()))
        if place is not None:
            places[role] = place
    if places.get("phase") == ("scope_category",) and "type" not in told:
        places["type"] = ("category",)
    if "parent" not in told and not _meet(objects, places):
        places.pop("parent", None)
    return Fields(places, numbers, errors)


def doubts(objects: Sequence[Object], told: Mapping[str, str]) -> Iterator[str]:
    """What is odd about what was `told`: fields that none of `objects` has."""
    keys = sorted({key for value in objects for key in value})
    for role, where in told.items():
        place = tuple(where.split("."))
        if (
            where != NO_FIELD
            and objects
            and all(value_at(value, place) is None for value in objects)
        ):
            near = get_close_matches(where, keys, n=1) or keys[:6]
            yield f"--map {role}={where}: no such field at first; there is {', '.join(near)}"


def _meet(objects: Sequence[Object], places: Mapping[str, Place]) -> bool:
    """Whether any parent named is the id of a record; else the field means something else."""
    parent = places.get("parent")
    own = [places[role] for role in ("id", "span") if role in places]
    known = {str(value_at(value, place)) for value in objects for place in own}
    return parent is not None and any(
        is_word(named) and str(named) in known
        for named in (value_at(value, parent) for value in objects)
    )


def value_at(record: Object, place: Place) -> JSON:
    """What stands at `place` in `record`; None where nothing does."""
    if len(place) == 1:
        return record.get(place[0])
    value: JSON = record
    for key in place:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def _phase(objects: Sequence[Object]) -> Place | None:
    """The field that says only start or end, if there is one."""
    for key in ALIASES["phase"]:
        words = {str(value.get(key)).lower() for value in objects}
        if words & OPENING and words & CLOSING:
            return (key,)
    return None


def _best(role: str, objects: Sequence[Object], taken: set[Place]) -> Place | None:
    """The first alias of `role` that fits half of the records, else the most frequent one."""
    best: tuple[int, Place] | None = None
    present = {key for value in objects for key in value}
    for place in _candidates(role):
        if place[0] not in present or (place in taken and role != "id"):
            continue
        found = [found for value in objects if (found := value_at(value, place)) is not None]
        fitting = sum(map(FITS.get(role, is_word), found))
        if not fitting or (role == "run" and len(set(map(str, found))) > (len(found) + 1) // 2):
            continue
        if fitting * 2 >= len(objects):
            return place
        if best is None or fitting > best[0]:
            best = (fitting, place)
    return best[1] if best else None


def _candidates(role: str) -> list[Place]:
    aliases = ALIASES[role]
    if role in ("state", "patch", "before"):
        return [(alias,) for alias in aliases]
    return [(alias,) for alias in aliases] + [
        (envelope, alias) for envelope in ENVELOPES for alias in aliases
    ]
