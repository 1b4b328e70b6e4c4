"""Comparisons that overlook the order of lists or small numeric differences, by deepdiff."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from deepdiff import DeepDiff
from deepdiff.model import DiffLevel

from ttdebug import delta as deltas
from ttdebug.analyze.walk import Skipped
from ttdebug.errors import TraceError, UsageError
from ttdebug.model import JSON, MISSING, Change, ChangeKind
from ttdebug.paths import list_index, pointer, split_pointer

if TYPE_CHECKING:
    from ttdebug.analyze.compare import Options

MOST_VALUES: Final = 20_000
"""Values in both states together; deepdiff takes seconds for that many."""
MOST_PAIRED: Final = 1_000
"""Up to so many values, elements of lists without order are paired by likeness, at n² the cost."""

_KINDS: Final[dict[str, ChangeKind]] = {
    "values_changed": "changed",
    "type_changes": "changed",
    "dictionary_item_added": "added",
    "dictionary_item_removed": "removed",
    "iterable_item_added": "added",
    "iterable_item_removed": "removed",
}
_REPEATED: Final = "repetition_change"


def loose_changes(old: JSON, new: JSON, skipped: Skipped, options: Options) -> list[Change]:
    """The differences that remain, in the order of their paths. Raises UsageError if too large.

    Of large lists without order, an element that changed inside is told as removed and added.
    """
    old, new = _without(old, skipped.old), _without(new, skipped.new)
    if _exceeds(MOST_VALUES, old, new):
        raise UsageError(
            f"These states hold over {MOST_VALUES:,} values, too many to compare with options."
            " Leave large parts out, or compare without options"
        )
    try:
        found = DeepDiff(
            old,
            new,
            ignore_order=options.ignore_order,
            report_repetition=options.ignore_order,
            significant_digits=options.significant_digits,
            ignore_type_in_groups=[(int, float)] if options.ignore_number_types else None,
            ignore_type_subclasses=True,  # a boolean is no integer
            cutoff_intersection_for_pairs=0 if _exceeds(MOST_PAIRED, old, new) else 0.7,
            ignore_nan_inequality=True,
            ignore_private_variables=False,
            view="tree",
        )
    except RecursionError:
        raise UsageError("These states are nested too deeply to be compared with options") from None
    listed = [_change(kind, level) for kind in _KINDS for level in found.get(kind, ())]
    for level in found.get(_REPEATED, ()):
        listed += _repeated(level)
    return sorted(listed, key=lambda change: _order(change.path))


def _change(kind: str, level: DiffLevel) -> Change:
    told = _KINDS[kind]
    path = _path(level, new=told != "removed")
    return Change(
        path,
        told,
        MISSING if told == "added" else level.t1,
        MISSING if told == "removed" else level.t2,
    )


def _repeated(level: DiffLevel) -> Iterator[Change]:
    """A value that stands in a list more or less often than before, each surplus one told."""
    repetition = level.additional["repetition"]
    before, after = repetition["old_indexes"], repetition["new_indexes"]
    parent = split_pointer(_path(level, new=True))[:-1]
    for at in before[len(after) :]:
        yield Change(pointer((*parent, str(at))), "removed", old=level.t1)
    for at in after[len(before) :]:
        yield Change(pointer((*parent, str(at))), "added", new=level.t1)


def _path(level: DiffLevel, *, new: bool) -> str:
    return pointer(str(step) for step in level.path(output_format="list", use_t2=new))


def _without(state: JSON, places: Collection[str]) -> JSON:
    """The state without some places; of a list the later ones first, as each shifts the rest."""
    for place in sorted(places, key=_order, reverse=True):
        with suppress(TraceError):
            state = deltas.apply(state, [{"op": "remove", "path": place}])
    return state


def _order(place: str) -> list[tuple[int, int, str]]:
    """Sorts paths as a person reads a state: indexes by number, keys by text."""
    return [
        (0, index, "") if (index := list_index(step)) is not None else (1, 0, step)
        for step in split_pointer(place)
    ]


def _exceeds(most: int, *states: JSON) -> bool:
    """Whether states hold more than so many values, containers included."""
    pending = list(states)
    seen = 0
    while pending and seen <= most:
        value = pending.pop()
        seen += 1
        if isinstance(value, dict):
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
    return seen > most
