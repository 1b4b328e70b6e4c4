"""Rows and seqs of a timeline are inverse of each other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ttdebug.store.lineage import Lineage, Reach


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5)), max_size=20), st.integers(0, 9))
def test_rows_and_seqs_are_inverse(pieces: list[tuple[int, int]], window: int) -> None:
    stretches = []
    seqs: list[int] = []
    seq = 0
    for at, (gap, length) in enumerate(pieces):
        first = seq + gap + 1
        seq = first + length - 1
        stretches.append((first, seq, at % 2 + 1))
        seqs += range(first, seq + 1)
    lineage = Lineage(1, [Reach(1, seq)], stretches)

    assert len(lineage) == len(seqs)
    assert lineage.last == (seqs[-1] if seqs else 0)
    assert [lineage.seq_at(row) for row in range(len(seqs))] == seqs
    for any_seq in range(seq + 3):
        row = lineage.index_of(any_seq)
        assert row == sum(known <= any_seq for known in seqs) - 1
        assert lineage.contains(any_seq) == (any_seq in seqs)
    parts = lineage.stretches(window, window + 7)
    assert [at for first, last in parts for at in range(first, last + 1)] == seqs[window:][:7]
    own = [at for first, last in lineage.own(1) for at in range(first, last + 1)]
    assert own == [
        at for first, last, owner in stretches if owner == 1 for at in range(first, last + 1)
    ]
