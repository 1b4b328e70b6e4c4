"""LangGraph's serializers: everything becomes JSON, nothing named in the file is touched."""

from __future__ import annotations

import json
import pickle
import sys
from typing import Any

import msgpack
import pytest

from ttdebug.formats.langgraph.decode import Decoder


def ext(code: int, *content: object) -> msgpack.ExtType:
    return msgpack.ExtType(code, msgpack.packb(content, strict_types=False))


def unpack(value: object) -> Any:
    return Decoder().decode("msgpack", msgpack.packb(value))


@pytest.mark.parametrize(
    ("record", "shown"),
    [
        (
            ext(0, "uuid", "UUID", "12345678123456781234567812345678"),
            "12345678-1234-5678-1234-567812345678",
        ),
        (
            ext(3, "datetime", "datetime", "2026-03-02T09:00:00+00:00", "fromisoformat"),
            "2026-03-02T09:00:00+00:00",
        ),
        (ext(1, "datetime", "date", [2026, 3, 2]), "2026-03-02"),
        (ext(0, "decimal", "Decimal", "1.0842"), "1.0842"),
        (ext(0, "builtins", "set", ["b", "a", 3]), ["a", "b", 3]),
        (ext(0, "collections", "deque", [3, 1, 2]), [3, 1, 2]),
        (ext(1, "pathlib", "PosixPath", ["/", "etc", "hosts"]), "/etc/hosts"),
        (ext(0, "shop.models", "Colour", "red"), {"@type": "shop.models.Colour", "value": "red"}),
        (ext(2, "shop", "Item", {"sku": 7}), {"@type": "shop.Item", "sku": 7}),
        (
            ext(5, "shop", "Order", {"id": 1, "@type": "x"}, "model_validate_json"),
            {"@type": "shop.Order", "value": {"id": 1, "@type": "x"}},
        ),
        (
            ext(1, "langgraph.types", "Send", ["research", {"city": "LIS"}]),
            {"@type": "langgraph.types.Send", "node": "research", "arg": {"city": "LIS"}},
        ),
        (msgpack.ExtType(7, msgpack.packb([1, 2])), [1, 2]),
        (
            ext(6, "<f8", [2], "C", b"\0" * 16),
            {
                "@type": "numpy.ndarray",
                "dtype": "<f8",
                "shape": [2],
                "data": {"@type": "bytes", "base64": "AAAAAAAAAAAAAAAAAAAAAA=="},
            },
        ),
        (ext(99, 1), {"@type": "msgpack.ext99", "data": {"@type": "bytes", "base64": "kQE="}}),
        (ext(0, 1, 2), {"@type": "msgpack.ext0", "value": [1, 2]}),
    ],
)
def test_extension_records_are_readable(record: object, shown: object) -> None:
    assert unpack({"value": record}) == {"value": shown}


def test_messages_are_flat_and_without_empty_fields() -> None:
    fields = {
        "content": "hello",
        "additional_kwargs": {},
        "response_metadata": {"model_name": "m"},
        "type": "ai",
        "name": None,
        "id": "run-1",
        "example": False,
        "tool_calls": [{"name": "f", "args": {"x": None}, "id": "c1", "type": "tool_call"}],
        "invalid_tool_calls": [],
        "usage_metadata": {"input_tokens": 3, "output_tokens": 4},
    }
    record = ext(5, "langchain_core.messages.ai", "AIMessage", fields, "model_validate_json")
    assert unpack([record]) == [
        {
            "type": "ai",
            "content": "hello",
            "tool_calls": [{"name": "f", "args": {"x": None}, "id": "c1"}],
            "id": "run-1",
            "response_metadata": {"model_name": "m"},
            "usage_metadata": {"input_tokens": 3, "output_tokens": 4},
        }
    ]


def test_old_json_and_msgpack_show_a_message_alike() -> None:
    said = {"content": "42", "tool_call_id": "c1", "name": "add", "status": "success"}
    old = {
        "lc": 1,
        "type": "constructor",
        "id": ["langchain", "schema", "messages", "ToolMessage"],
        "kwargs": said,
    }
    fields: dict[str, object] = {**said, "type": "tool", "artifact": None, "additional_kwargs": {}}
    new = ext(5, "langchain_core.messages.tool", "ToolMessage", fields, "model_validate_json")
    assert Decoder().decode("json", json.dumps(old).encode()) == unpack(new)


def test_old_json_constructors_with_arguments() -> None:
    value = {
        "seen": {"lc": 2, "type": "constructor", "id": ["builtins", "set"], "args": [["b", "a"]]},
        "fn": {"lc": 1, "type": "not_implemented", "id": ["app", "tool"], "repr": "<tool>"},
    }
    assert Decoder().decode("json", json.dumps(value)) == {
        "seen": ["a", "b"],
        "fn": {"@type": "app.tool", "type": "not_implemented", "repr": "<tool>"},
    }


def test_nothing_named_in_the_file_is_imported_or_called(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sys.modules.pop("antigravity", None)
    records = [
        ext(0, "builtins", "print", "called"),
        ext(1, "os", "system", ["echo called"]),
        ext(2, "antigravity", "Anything", {"a": 1}),
        ext(3, "os", "system", "echo called", "__call__"),
        ext(5, "antigravity", "Model", {"a": 1}, "model_validate_json"),
    ]
    shown = unpack(records)
    assert shown[1] == {"@type": "os.system", "args": ["echo called"]}
    assert "antigravity" not in sys.modules
    assert capsys.readouterr().out == ""


def test_pickles_are_refused_and_shown_as_such() -> None:
    blob = pickle.dumps({"a": 1})
    shown = Decoder().decode("pickle", blob)
    assert isinstance(shown, dict)
    assert shown["@type"] == "pickle"
    assert shown["length"] == len(blob)
    assert Decoder().decode(None, blob) == shown


def test_unknown_and_encrypted_serializers_are_named() -> None:
    shown = Decoder().decode("msgpack+aes", b"xx")
    assert shown == {"@type": "msgpack+aes", "refused": "encrypted", "length": 2}
    assert Decoder().decode("null", b"") is None


def test_values_that_json_lacks() -> None:
    shown = unpack({1: "a", "1": "b", False: "c", None: float("nan"), b"k": b"\xff", "n": 2**63})
    assert shown == {
        "1": "a",
        "1 (str)": "b",
        "false": "c",
        "null": {"$ttd": "float", "value": "NaN"},
        "k": {"@type": "bytes", "base64": "/w=="},
        "n": 2**63,
    }
    assert unpack("a") == "a"
    assert Decoder().decode("msgpack", b"\xa2\xff\xfe") == "\\xff\\xfe"


def deep(levels: int) -> bytes:
    blob = msgpack.packb(1)
    for _ in range(levels):
        blob = msgpack.packb(msgpack.ExtType(0, b"\x93\xa1m\xa1N" + blob))
    return bytes(blob)


@pytest.mark.parametrize(
    "blob",
    [
        b"\xc1",
        b"\x81",
        b"",
        b"\xdd\xff\xff\xff\xff",
        b"\x91" * 100_000 + b"\x01",
        b"\x91" * 500 + b"\x01",
        deep(200),
        b"\x01\x02",
        b"\xc7\xff\x05",
        b"\x81\x90\x01",
    ],
)
def test_damage_is_a_value_error(blob: bytes) -> None:
    if not blob:
        assert Decoder().decode("msgpack", blob) is None
        return
    with pytest.raises(ValueError):  # noqa: PT011 - each has its own words
        Decoder().decode("msgpack", blob)


@pytest.mark.parametrize("text", [b"{", b"[" * 100_000, b"nope"])
def test_damaged_json_is_a_value_error(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each has its own words
        Decoder().decode("json", text)


def test_repeated_records_are_one_object() -> None:
    record = ext(5, "langchain_core.messages.ai", "AIMessage", {"content": "x" * 100, "type": "ai"})
    decoder = Decoder()
    blob = msgpack.packb([record, record])
    first, again = decoder.decode("msgpack", blob), decoder.decode("msgpack", blob)
    assert isinstance(first, list)
    assert isinstance(again, list)
    assert first[0] is first[1] is again[0]
