"""Channels that checkpoints store only now and then, rebuilt from the writes in between."""

from __future__ import annotations

from collections.abc import Iterable

from ttdebug.foreign.shapes import list_of
from ttdebug.formats.langgraph import meaning
from ttdebug.model import JSON, Object

OVERWRITE = "__overwrite__"


def fold(value: JSON, written: JSON) -> JSON:
    """`value` after one write, as the usual reducers do it.

    Lists are appended to, messages replaced by id or removed, objects merged, anything else
    replaced. The graph's own reducer is code and not in the file.
    """
    replaced = overwritten(written)
    if replaced is not None:
        return replaced[0]
    if isinstance(value, list):
        items = written if isinstance(written, list) else [written]
        messages = meaning.messages(meaning.CONVERSATION, value) if value else None
        if messages is not None and any(isinstance(item, dict) for item in items):
            return _by_id(value, items)
        return [*value, *items]
    if isinstance(value, dict) and isinstance(written, dict):
        return {**value, **written}
    return written


def overwritten(written: JSON) -> tuple[JSON] | None:
    """What an `Overwrite` puts in place of the value."""
    if isinstance(written, dict):
        if set(written) == {OVERWRITE}:
            return (written[OVERWRITE],)
        if str(written.get("@type", "")).endswith(".Overwrite"):
            return (written.get("value"),)
    return None


def _by_id(value: list[JSON], items: Iterable[JSON]) -> list[JSON]:
    kept: dict[str, JSON] = {}
    for place, item in enumerate([*value, *items]):
        found = item.get("id") if isinstance(item, dict) else None
        if found is not None and isinstance(item, dict) and item.get("type") == "remove":
            kept.pop(f"id {found}", None)
        else:
            kept[f"at {place}" if found is None else f"id {found}"] = item
    return list(kept.values())


class Rebuilt:
    """Rebuilds such channels along one thread and counts how often snapshots agreed."""

    def __init__(self) -> None:
        self.channels: set[str] = set()
        self.lost: set[str] = set()
        self.agreed = 0
        self.differed = 0

    def state(
        self, values: Object, missing: Iterable[str], before: Object, writes: Object
    ) -> tuple[Object, Object]:
        """The full state of a checkpoint, and its rebuilt channels for the next ones.

        `before` are the rebuilt channels of its parent, `writes` lists by channel what was
        written since.
        """
        self.channels.update(missing)
        current: Object = {}
        for name in sorted(self.channels):
            folded = _folded(name, before, writes)
            if name in values:
                current[name] = values[name]
                if folded is not None:
                    self.agreed += folded[0] == values[name]
                    self.differed += folded[0] != values[name]
            elif folded is not None:
                current[name] = folded[0]
            elif name in missing and (name in before or writes):
                self.lost.add(name)
        return {**values, **current}, current


def _folded(name: str, before: Object, writes: Object) -> tuple[JSON] | None:
    steps = list_of(writes, name)
    if name in before:
        value = before[name]
    elif steps:
        first, steps = steps[0], steps[1:]
        replaced = overwritten(first)
        value = replaced[0] if replaced else first
    else:
        return None
    for step in steps:
        value = fold(value, step)
    return (value,)
