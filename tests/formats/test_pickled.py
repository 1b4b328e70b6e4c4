"""Pickles read as data: exact for plain values, and never run."""

from __future__ import annotations

import os
import pickle
from collections import OrderedDict
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.strategies import states
from ttdebug.formats.dbos import pickled


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@given(value=states)
def test_plain_values_survive(protocol: int, value: Any) -> None:
    assert pickled.read(pickle.dumps(value, protocol)) == value


@given(st.binary(max_size=200))
def test_anything_else_is_refused_or_read(data: bytes) -> None:
    with suppress(ValueError):
        pickled.read(data)


class Runs:
    def __reduce__(self) -> Any:
        return os.system, ("touch pwned",)


def test_what_would_run_is_only_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert pickled.read(pickle.dumps([Runs()])) == [
        {"@type": "posix.system", "args": ["touch pwned"]}
    ]
    assert not (tmp_path / "pwned").exists()


class Plain:
    def __init__(self) -> None:
        self.a = 1


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ((1, (2,), ()), [1, [2], []]),
        ({1: "a", (2, 3): "b"}, {"1": "a", "[2, 3]": "b"}),
        (frozenset({1}), [1]),
        (b"\0\1", {"$ttd": "bytes", "base64": "AAE="}),
        (float("nan"), {"$ttd": "float", "value": "NaN"}),
        (2**100, 2**100),
        (ValueError("boom"), {"@type": "builtins.ValueError", "args": ["boom"]}),
        (Decimal("1.5"), {"@type": "decimal.Decimal", "args": ["1.5"]}),
        (OrderedDict(a=1), {"@type": "collections.OrderedDict", "args": [{"a": 1}]}),
        (date, {"@type": "datetime.date"}),
        (Plain(), {"@type": f"{__name__}.Plain", "args": [], "state": {"a": 1}}),
    ],
)
def test_python_values_have_a_plain_form(value: Any, read: Any) -> None:
    assert pickled.read(pickle.dumps(value, 4)) == read


def test_values_that_repeat_without_end_are_refused() -> None:
    cycle: list[Any] = []
    cycle.append(cycle)
    with pytest.raises(ValueError, match="nested deeper"):
        pickled.read(pickle.dumps(cycle))
    laughs: list[Any] = ["ha"]
    for _ in range(60):
        laughs = [laughs, laughs]
    with pytest.raises(ValueError, match="more than 1,000,000 values"):
        pickled.read(pickle.dumps(laughs))


@pytest.mark.parametrize(
    "data", [b"", b"\x80\x04", b"\x80\x04.", b"\x80\x04a.", b"(.", b"\x80\x04h\x05."]
)
def test_damaged_pickles_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="pickle"):
        pickled.read(data)
