"""Every test converts into a cache of its own."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory that holds this test's conversions."""
    directory = tmp_path / "cache"
    monkeypatch.setenv("TTDEBUG_CACHE", str(directory))
    return directory
