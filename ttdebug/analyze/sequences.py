"""Which elements of two long sequences belong together, in order.

Elements that occur once on both sides anchor the alignment (as in patience and histogram diff),
what lies between anchors is aligned by a scored comparison of all with all, as long as that is
small. Where a large stretch has no unique element, unique runs of elements anchor it, and where
there are none, equal elements are paired in the order of their occurrence: the result is then
still in order, but more may seem to differ than need be. Time is about n log n and memory n.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

from ttdebug.replay.work import Work

Pairs: TypeAlias = list[tuple[int, int]]

_MOST_CELLS: Final = 16_384
_DEEPEST: Final = 64
_RUNS: Final = (2, 4, 8)
_WHOLE, _ACTION, _LIKE, _KIND, _LIKELY = 100, 70, 20, 20, 40


@dataclass(frozen=True, slots=True)
class Tokens:
    """A sequence at three grains: elements of one `kind`, with one `action`, wholly the same.

    `words` are bits that two elements of a kind share the more of the more they are alike.
    """

    kind: Sequence[int]
    action: Sequence[int]
    whole: Sequence[int]
    words: Sequence[int]

    def __len__(self) -> int:
        return len(self.whole)


class _Box(NamedTuple):
    """A stretch of both sequences still to be aligned."""

    a: int
    a_end: int
    b: int
    b_end: int
    depth: int = 0


def align(a: Tokens, b: Tokens, work: Work | None = None) -> Pairs:
    """Pairs of indexes, ascending on both sides; elements of a pair are at least of one kind.

    Aligning the other way round gives the same pairs. Raises Cancelled.
    """
    if (len(a), list(a.whole)) > (len(b), list(b.whole)):
        return [(here, there) for there, here in _Alignment(b, a, work or Work()).pairs()]
    return _Alignment(a, b, work or Work()).pairs()


class _Alignment:
    def __init__(self, a: Tokens, b: Tokens, work: Work) -> None:
        self._a, self._b = a, b
        self._work = work
        self._found: Pairs = []

    def pairs(self) -> Pairs:
        pending = [_Box(0, len(self._a), 0, len(self._b))]
        while pending:
            self._work.look()
            box = self._trimmed(pending.pop())
            width, height = box.a_end - box.a, box.b_end - box.b
            if not width or not height or box.depth > _DEEPEST:
                continue
            if width * height <= _MOST_CELLS:
                self._score(box)
                continue
            anchors = self._anchors(box)
            self._found += anchors
            pending += _between(box, anchors)
        return sorted(self._found)

    def _trimmed(self, box: _Box) -> _Box:
        """The box without what is the same at its beginning and its end."""
        a, a_end, b, b_end, depth = box
        left, right = self._a.whole, self._b.whole
        while a < a_end and b < b_end and left[a] == right[b]:
            self._found.append((a, b))
            a, b = a + 1, b + 1
        while a < a_end and b < b_end and left[a_end - 1] == right[b_end - 1]:
            a_end, b_end = a_end - 1, b_end - 1
            self._found.append((a_end, b_end))
        return _Box(a, a_end, b, b_end, depth)

    def _anchors(self, box: _Box) -> Pairs:
        """Pairs to align a large box by; none only if nothing in it is of the same kind."""
        whole = self._a.whole[box.a : box.a_end], self._b.whole[box.b : box.b_end]
        action = self._a.action[box.a : box.a_end], self._b.action[box.b : box.b_end]
        found = _unique(*whole) or _unique(*action)
        for length in _RUNS:
            found = found or _unique(_runs(whole[0], length), _runs(whole[1], length))
        if not found:
            kind = self._a.kind[box.a : box.a_end], self._b.kind[box.b : box.b_end]
            found = _in_order(*whole) or _in_order(*action) or _in_order(*kind)
        return [(box.a + here, box.b + there) for here, there in found]

    def _score(self, box: _Box) -> None:
        """All with all: the pairs in order whose likeness adds up to the most."""
        width, height = box.a_end - box.a, box.b_end - box.b
        best = [[0.0] * (height + 1)]
        for at in range(box.a, box.a_end):
            self._work.look()
            above, row = best[-1], [0.0]
            for there in range(height):
                score = max(above[there + 1], row[there])
                alike = self._alike(at, box.b + there)
                row.append(max(score, above[there] + alike) if alike else score)
            best.append(row)
        here, there = width, height
        while here and there:
            score = best[here][there]
            alike = self._alike(box.a + here - 1, box.b + there - 1)
            if alike and score == best[here - 1][there - 1] + alike:
                here, there = here - 1, there - 1
                self._found.append((box.a + here, box.b + there))
            elif score == best[here - 1][there]:
                here -= 1
            else:
                there -= 1

    def _alike(self, here: int, there: int) -> float:
        """How much two elements are the same; 0 if they are not even of one kind."""
        a, b = self._a, self._b
        if a.kind[here] != b.kind[there]:
            return 0
        if a.whole[here] == b.whole[there]:
            return _WHOLE
        shared = _shared(a.words[here], b.words[there])
        if a.action[here] == b.action[there]:
            return _ACTION + _LIKE * shared
        return _KIND + _LIKELY * shared


def _shared(left: int, right: int) -> float:
    """The share of bits that two have in common."""
    together = (left | right).bit_count()
    return (left & right).bit_count() / together if together else 0.0


def _between(box: _Box, anchors: Pairs) -> Iterable[_Box]:
    """The boxes between anchors."""
    if not anchors:
        return
    a, b = box.a, box.b
    for here, there in [*anchors, (box.a_end, box.b_end)]:
        if here > a or there > b:
            yield _Box(a, here, b, there, box.depth + 1)
        a, b = here + 1, there + 1


def _unique(left: Sequence[Hashable], right: Sequence[Hashable]) -> Pairs:
    """A longest ascending run of pairs of what occurs once on both sides."""
    here, there = _once(left), _once(right)
    places = sorted((at, there[key]) for key, at in here.items() if key in there)
    return _ascending(places)


def _once(keys: Sequence[Hashable]) -> dict[Hashable, int]:
    places: dict[Hashable, int] = {}
    for at, key in enumerate(keys):
        places[key] = -1 if key in places else at
    return {key: at for key, at in places.items() if at >= 0}


def _runs(keys: Sequence[int], length: int) -> list[tuple[int, ...]]:
    return [tuple(keys[at : at + length]) for at in range(len(keys) - length + 1)]


def _in_order(left: Sequence[Hashable], right: Sequence[Hashable]) -> Pairs:
    """The n-th occurrence of a key with the n-th, as far as these pairs ascend."""
    places: defaultdict[Hashable, list[int]] = defaultdict(list)
    for at in range(len(right) - 1, -1, -1):
        places[right[at]].append(at)
    found = [(at, places[key].pop()) for at, key in enumerate(left) if places.get(key)]
    return _ascending(found)


def _ascending(pairs: Pairs) -> Pairs:
    """A longest run of pairs that ascends on both sides; `pairs` ascend on the first."""
    ends: list[int] = []
    tails: list[int] = []
    before: list[int] = []
    for at, (_, there) in enumerate(pairs):
        length = bisect_left(ends, there)
        before.append(tails[length - 1] if length else -1)
        ends[length : length + 1] = [there]
        tails[length : length + 1] = [at]
    found: Pairs = []
    at = tails[-1] if tails else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]
