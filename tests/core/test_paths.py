from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.core.strategies import paths, texts
from ttdebug import paths as p


@given(paths)
def test_what_is_written_dotted_reads_back(path: p.Path) -> None:
    assert p.parse(p.dotted(path)) == path


@given(st.lists(texts, max_size=5))
def test_pointers_read_back(segments: list[str]) -> None:
    assert list(p.split_pointer(p.pointer(segments))) == segments
