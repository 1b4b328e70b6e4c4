from __future__ import annotations

import dataclasses
import enum
import json
import math
import pathlib
import types
import uuid
from collections import OrderedDict, deque, namedtuple
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ttdebug.delta import equal
from ttdebug.model import JSON
from ttdebug.recorder.restore import restore
from ttdebug.recorder.serialise import MAX_DEPTH, Serialiser

serialise = Serialiser()

EXACT: list[object] = [
    None, True, 0, -1, 2**63, 2**64, -(2**64), 10**5000, 0.0, -0.0, 1e308, math.inf, -math.inf, 1j,
    "", "é", "\ud83d", "a\udc80b", b"", b"\x00\xff", bytearray(b"x"),
    (), (1, (2, [3])), set(), {1, "1", None}, frozenset({(1, 2)}), deque([1, 2], maxlen=3),
    {}, {"a": {"b": [1]}}, {1: "a", "1": "b"}, {"$ttd": "mine"}, {None: 1},
    {"\ud83d": 1}, {(1, 2): 3},
    datetime.fromisoformat("2026-11-20T22:15:01.000005"), datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2026, 1, 1, fold=1, tzinfo=timezone(timedelta(hours=-3))),
    date(2026, 11, 20), time(1, 2, 3, fold=1), timedelta(days=-1, microseconds=7),
    Decimal("1.10"), Decimal("NaN"), Fraction(1, 3), uuid.UUID(int=5),
    pathlib.PurePosixPath("/a/b"), pathlib.PureWindowsPath("c:\\x"), pathlib.Path("a"),
]  # fmt: skip


def same(a: object, b: object) -> bool:
    """Equality that tells types and signs apart, to any depth."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict) and isinstance(b, dict):
        pairs = zip(a.items(), b.items(), strict=False)
        return len(a) == len(b) and all(
            same(x, y) for pair in pairs for x, y in zip(*pair, strict=True)
        )
    if isinstance(a, (list, tuple, deque)) and isinstance(b, (list, tuple, deque)):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, float) and isinstance(b, float):
        return str(a) == str(b)
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return str(a) == str(b)
    if isinstance(a, datetime) and isinstance(b, datetime):
        return a == b and a.fold == b.fold and a.tzinfo == b.tzinfo
    return a == b


@pytest.mark.parametrize("value", EXACT, ids=[type(value).__name__ for value in EXACT])
def test_comes_back_exactly(value: object) -> None:
    form = serialise(value)
    text = json.dumps(form, allow_nan=False)
    text.encode()
    assert same(restore(json.loads(text)), value)


def test_a_value_and_its_form_never_collide() -> None:
    forms = [json.dumps(serialise(value), sort_keys=True) for value in EXACT]
    assert len(set(forms)) == len(forms)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
        max_leaves=12,
    )
)
def test_whatever_builtins_hold(value: Any) -> None:
    form = serialise(value)
    assert equal(form, json.loads(json.dumps(form, allow_nan=False)))
    assert same(restore(form), value) or value != value or "nan" in repr(value)


class Colour(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    LOW = 1


@dataclasses.dataclass
class Budget:
    remaining: float
    tags: set[str]


@dataclasses.dataclass(slots=True)
class Slotted:
    x: int


Point = namedtuple("Point", "x y")


class Attrs:
    """What attrs makes: slots and a tuple that names them."""

    __slots__ = ("x",)
    __attrs_attrs__ = (types.SimpleNamespace(name="x"), types.SimpleNamespace(name="unset"))

    def __init__(self) -> None:
        self.x = 1


class Pydantic:
    """What pydantic makes: values in __dict__, fields on the class."""

    __pydantic_fields__ = {"x": object()}  # noqa: RUF012 - as pydantic has it

    def __init__(self) -> None:
        self.x = 1


class MyDict(dict[str, object]):
    def items(self) -> Any:
        raise SystemExit


class MyText(str):
    def __str__(self) -> str:
        raise SystemExit

    __slots__ = ()


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (Budget(1.5, {"b", "a"}), {"remaining": 1.5, "tags": {"$ttd": "set", "items": ["a", "b"]}}),
        (Slotted(2), {"x": 2}),
        (Attrs(), {"x": 1}),
        (Pydantic(), {"x": 1}),
        (Point(1, 2), {"x": 1, "y": 2}),
        (OrderedDict(a=1), {"a": 1}),
        (MyDict(a=1), {"a": 1}),
        (MyText("a"), "a"),
        (types.MappingProxyType({"a": 1}), {"a": 1}),
        (
            Colour.RED,
            {"$ttd": "enum", "type": f"{__name__}.Colour", "name": "RED", "value": "red"},
        ),
        (Level.LOW, {"$ttd": "enum", "type": f"{__name__}.Level", "name": "LOW", "value": 1}),
    ],
)
def test_known_shapes(value: object, form: JSON) -> None:
    assert equal(serialise(value), form)


def numpy_like(name: str, **members: object) -> object:
    return type(name, (), {"__module__": "numpy", **members})()


def test_numpy_by_its_shape() -> None:
    scalar = numpy_like("int64", shape=(), dtype="int64", item=lambda _: 7)
    array = numpy_like(
        "ndarray", shape=(2,), dtype="float32", size=2, tolist=lambda _: [1.0, math.inf]
    )
    assert serialise(scalar) == 7
    assert serialise(array) == {
        "$ttd": "ndarray",
        "dtype": "float32",
        "shape": [2],
        "items": [1.0, {"$ttd": "float", "value": "Infinity"}],
    }


class Hostile:
    """Every method ends the process."""

    def _exit(self, *_: object) -> Any:
        raise SystemExit("from the agent's data")

    __repr__ = __str__ = __getattribute__ = __eq__ = __len__ = __iter__ = _exit
    __hash__ = object.__hash__


def test_no_method_of_the_users_is_called() -> None:
    form = serialise({"a": Hostile(), "b": 1})
    assert form == {"a": {"$ttd": "object", "type": f"{__name__}.Hostile"}, "b": 1}


def test_a_failing_field_spoils_its_object_only() -> None:
    class Descriptor:
        __dataclass_fields__ = {"x": None}  # noqa: RUF012 - as dataclasses have it

        @property
        def x(self) -> int:
            raise SystemExit

    form = serialise([Descriptor(), 1])
    assert isinstance(form, list)
    assert isinstance(form[0], dict)
    assert form[0]["fault"] == "SystemExit"
    assert form[1] == 1


def test_interrupts_belong_to_the_agent() -> None:
    class Slow:
        __dataclass_fields__ = {"x": None}  # noqa: RUF012 - as dataclasses have it

        @property
        def x(self) -> int:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        serialise(Slow())


def test_cycles_say_where_they_lead() -> None:
    inner: list[object] = []
    state: dict[str, object] = {"inner": inner, "twice": [1], "again": None}
    inner.append(state)
    state["again"] = state["twice"]
    assert serialise(state) == {
        "inner": [{"$ttd": "cycle", "up": 2}],
        "twice": [1],
        "again": [1],
    }


def test_depth_is_cut_visibly() -> None:
    deep: list[object] = []
    for _ in range(50_000):
        deep = [deep]
    form = serialise(deep)
    depth = 0
    while isinstance(form, list):
        form = form[0]
        depth += 1
    assert depth == MAX_DEPTH
    assert form == {"$ttd": "truncated", "reason": "depth"}


def test_huge_text_is_cut_visibly() -> None:
    form = serialise("x" * (9 << 20))
    assert isinstance(form, dict)
    assert (form["$ttd"], form["reason"], form["length"]) == ("truncated", "size", 9 << 20)
    assert len(json.dumps(form)) < 100_000
