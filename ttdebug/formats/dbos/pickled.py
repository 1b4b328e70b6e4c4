"""The plain data inside a pickle, read without running it.

A pickle is a program for a stack machine that imports and calls what it names. This machine knows
the instructions that build lists, dicts and scalars; a name stays a name, and a call becomes an
object with the name and the arguments.
"""

from __future__ import annotations

import base64
import math
import pickletools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from ttdebug.foreign.lenient import MAX_DEPTH, storable
from ttdebug.model import JSON, MARK, Object, not_finite

TYPE: Final = "@type"
MAX_INSTRUCTIONS: Final = 2_000_000
MAX_VALUES: Final = 1_000_000
MOST_BITS: Final = 13_000
"""Of an integer; Python refuses to print longer ones in decimal."""

Part: TypeAlias = Any
"""What is on the stack: a scalar, or one of the classes below."""


@dataclass(slots=True)
class _List:
    items: list[Part] = field(default_factory=list)


@dataclass(slots=True)
class _Dict:
    pairs: list[tuple[Part, Part]] = field(default_factory=list)


@dataclass(slots=True)
class _Name:
    dotted: str


@dataclass(slots=True)
class _Call:
    what: Part
    args: Part
    state: Part = None


class _Mark:
    """Where a sequence of items begins on the stack."""


_MARK: Final = _Mark()
_CONSTANTS: Final = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_EMPTY: Final = {"EMPTY_LIST": _List, "EMPTY_TUPLE": _List, "EMPTY_SET": _List, "EMPTY_DICT": _Dict}
_SHORT_TUPLES: Final = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_SEQUENCES: Final = frozenset(("LIST", "TUPLE", "FROZENSET"))
_IGNORED: Final = frozenset(("PROTO", "FRAME"))


def read(data: bytes) -> JSON:
    """The value a pickle holds; ValueError if it is damaged, too large or nested too deeply.

    Tuples and sets become lists, bytes base64, and objects `{"@type": name, "args", "state"}`.
    """
    try:
        part = _Machine().run(data)
    except (IndexError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a sound pickle ({type(error).__name__})") from None
    return _Plain().json(part, 0)


class _Machine:
    """The stack and the memo."""

    def __init__(self) -> None:
        self._stack: list[Part] = []
        self._memo: dict[int, Part] = {}

    def run(self, data: bytes) -> Part:
        """What is on the stack when the program stops."""
        for count, (code, arg, _) in enumerate(pickletools.genops(data)):
            if count > MAX_INSTRUCTIONS:
                raise ValueError(f"a pickle of more than {MAX_INSTRUCTIONS:,} instructions")
            if code.name == "STOP":
                return self._stack.pop()
            self._step(code.name, arg)
        raise ValueError("a pickle without an end")

    def _step(self, name: str, arg: Any) -> None:
        stack = self._stack
        if name in _CONSTANTS:
            stack.append(_CONSTANTS[name])
        elif name in _EMPTY:
            stack.append(_EMPTY[name]())
        elif name in _SHORT_TUPLES:
            size = _SHORT_TUPLES[name]
            stack[-size:] = [_List(stack[-size:])]
        elif name == "MARK":
            stack.append(_MARK)
        elif name in _SEQUENCES:
            stack.append(_List(self._marked()))
        elif not (self._adds(name) or self._remembers(name, arg) or self._makes(name, arg)):
            if name in _IGNORED:
                return
            if arg is None:
                raise ValueError(f"a pickle with the unknown instruction {name}")
            stack.append(arg)

    def _adds(self, name: str) -> bool:
        """Instructions that fill a container."""
        stack = self._stack
        if name in ("APPEND", "SETITEM"):
            size = 1 if name == "APPEND" else 2
            items = stack[-size:]
            del stack[-size:]
        elif name in ("APPENDS", "ADDITEMS", "SETITEMS", "DICT"):
            items = self._marked()
        else:
            return False
        if name == "DICT":
            stack.append(_Dict())
        if name in ("APPEND", "APPENDS", "ADDITEMS"):
            holder = stack[-1]
            target = holder.args.items if isinstance(holder, _Call) else holder.items
            target.extend(items)
        else:
            holder = stack[-1]
            pairs = [*zip(items[::2], items[1::2], strict=True)]
            if isinstance(holder, _Call):
                holder.args.items.append(_Dict(pairs))
            else:
                holder.pairs.extend(pairs)
        return True

    def _remembers(self, name: str, arg: Any) -> bool:
        """Instructions of the memo, and those that take from the stack."""
        stack = self._stack
        if name == "MEMOIZE":
            self._memo[len(self._memo)] = stack[-1]
        elif name in ("PUT", "BINPUT", "LONG_BINPUT"):
            self._memo[int(arg)] = stack[-1]
        elif name in ("GET", "BINGET", "LONG_BINGET"):
            stack.append(self._memo[int(arg)])
        elif name == "POP":
            stack.pop()
        elif name == "POP_MARK":
            self._marked()
        elif name == "DUP":
            stack.append(stack[-1])
        else:
            return False
        return True

    def _makes(self, name: str, arg: Any) -> bool:
        """Instructions that would import or call: here they only name what they would."""
        stack = self._stack
        if name in ("GLOBAL", "INST"):
            named = _Name(str(arg).replace(" ", "."))
            stack.append(_Call(named, _List(self._marked())) if name == "INST" else named)
        elif name == "STACK_GLOBAL":
            attribute, module = stack.pop(), stack.pop()
            stack.append(_Name(f"{module}.{attribute}"))
        elif name in ("REDUCE", "NEWOBJ"):
            args = stack.pop()
            stack.append(_Call(stack.pop(), _own(args)))
        elif name == "NEWOBJ_EX":
            keywords, args = stack.pop(), stack.pop()
            stack.append(_Call(stack.pop(), _List([*args.items, keywords])))
        elif name == "OBJ":
            what, *args = self._marked()
            stack.append(_Call(what, _List(args)))
        elif name == "BUILD":
            state = stack.pop()
            if not isinstance(stack[-1], _Call):
                stack[-1] = _Call(stack[-1], _List())
            stack[-1].state = state
        elif name == "BINPERSID":
            stack.append(_Call(_Name("persistent id"), _List([stack.pop()])))
        else:
            return False
        return True

    def _marked(self) -> list[Part]:
        """Everything above the last mark, which goes too."""
        stack = self._stack
        at = len(stack) - 1
        while stack[at] is not _MARK:
            at -= 1
            if at < 0:
                raise IndexError
        items = stack[at + 1 :]
        del stack[at:]
        return items


def _own(args: Part) -> _List:
    """Arguments that may be added to without changing the tuple they came in."""
    return _List([*args.items])


class _Plain:
    """Writes parts out as JSON, within bounds: a part may be used more than once."""

    def __init__(self) -> None:
        self._left = MAX_VALUES

    def json(self, part: Part, depth: int) -> JSON:
        self._left -= 1
        if self._left < 0:
            raise ValueError(f"a pickle of more than {MAX_VALUES:,} values")
        if depth > MAX_DEPTH:
            raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
        if isinstance(part, _List):
            return [self.json(item, depth + 1) for item in part.items]
        if isinstance(part, _Dict):
            return self._members(part.pairs, depth)
        if isinstance(part, _Call):
            return self._object(part, depth)
        return _scalar(part)

    def _members(self, pairs: Sequence[tuple[Part, Part]], depth: int) -> JSON:
        return {self._key(key, depth): self.json(value, depth + 1) for key, value in pairs}

    def _key(self, key: Part, depth: int) -> str:
        if isinstance(key, str):
            return key
        value = self.json(key, depth + 1)
        return value if isinstance(value, str) else str(value)

    def _object(self, call: _Call, depth: int) -> JSON:
        known = isinstance(call.what, _Name)
        what: JSON = storable(call.what.dotted) if known else self.json(call.what, depth + 1)
        found: Object = {TYPE: what, "args": self.json(call.args, depth + 1)}
        if call.state is not None:
            found["state"] = self.json(call.state, depth + 1)
        return found


def _scalar(part: Part) -> JSON:
    if isinstance(part, _Name):
        return {TYPE: storable(part.dotted)}
    if isinstance(part, float) and not math.isfinite(part):
        return not_finite(part)
    if isinstance(part, int) and part.bit_length() > MOST_BITS:
        return {MARK: "int", "value": hex(part)}
    if part is None or isinstance(part, str | int | float):
        return part
    if isinstance(part, bytes | bytearray):
        return {MARK: type(part).__name__, "base64": base64.b64encode(part).decode()}
    raise ValueError("not a sound pickle")
