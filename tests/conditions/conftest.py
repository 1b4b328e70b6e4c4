"""The recordings that tests of conditions share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conditions.small import small
from ttdebug.store.trace import Trace


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trace]:
    with small(tmp_path_factory.mktemp("small") / "small.ttd") as opened:
        yield opened
