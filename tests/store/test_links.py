from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.support import SAMPLES
from ttdebug.store.trace import Trace


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE children SET parent = parent + 1 WHERE seq = 256",
        "UPDATE children SET closes = 0 WHERE seq = 256",
        "DELETE FROM effects WHERE effect = 254",
        "INSERT INTO effects VALUES (1, 256)",
        "INSERT INTO children VALUES (1, 0, 256)",
    ],
)
def test_a_false_link_in_the_index_is_found(tmp_path: Path, change: str) -> None:
    path = tmp_path / "run.ttd"
    shutil.copyfile(SAMPLES / "trip_planning" / "run.ttd", path)
    with Trace.open(path) as trace:
        assert not trace.verify(deep=True).problems
    connection = sqlite3.connect(path)
    with connection:
        assert connection.execute(change).rowcount == 1
    connection.close()
    with Trace.open(path) as trace:
        assert "index" in trace.verify(deep=True).problems[0]
