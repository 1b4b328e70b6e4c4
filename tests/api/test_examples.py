"""The examples in the documentation of the Python API, run on the sample they are about."""

from __future__ import annotations

import doctest
import importlib
import shutil
from pathlib import Path

import pytest

import ttdebug
from tests.support import SAMPLES

MODULES = ("checkpoints", "recording", "moment", "found", "diff")


@pytest.mark.parametrize("name", MODULES)
def test_examples_say_what_is_so(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(SAMPLES / "trip_planning/run.ttd", tmp_path / "run.ttd")
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(f"ttdebug.api.{name}")
    with ttdebug.open("run.ttd") as rec:
        result = doctest.testmod(module, extraglobs={"rec": rec, "ttdebug": ttdebug})
    assert result.attempted
    assert not result.failed
