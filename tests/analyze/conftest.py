"""The hand-made recording, opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.recordings import trip
from ttdebug.store.trace import Trace


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trace]:
    folder: Path = tmp_path_factory.mktemp("trip")
    with trip(folder / "trip.ttd") as opened:
        yield opened
