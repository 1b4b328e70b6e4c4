"""JSON as it is found in the wild."""

from __future__ import annotations

import pytest

from ttdebug.foreign import lenient
from ttdebug.foreign.lenient import MAX_DEPTH, NotJSONError, TooDeepError, decode


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'{"a": [1, 2.5, true, null, "x"]}', {"a": [1, 2.5, True, None, "x"]}),
        (b"18446744073709551616", 2**64),
        (b"-9223372036854775809", -(2**63) - 1),
        (b'{"id": %d}' % 2**200, {"id": 2**200}),
        (b'"9999999999999999999999"', "9999999999999999999999"),
        (b"0.1234567890123456789012", 0.1234567890123456789012),
        (b'"\\ud83d"', "\ud83d"),
        (b'"tab\tinside"', "tab\tinside"),
    ],
)
def test_values_are_exact(text: bytes, value: object) -> None:
    assert decode(text).value == value


def test_integers_stay_integers() -> None:
    assert isinstance(decode(b"[18446744073709551616]").value[0], int)  # type: ignore[index]


@pytest.mark.parametrize("name", ["NaN", "Infinity", "-Infinity"])
def test_what_is_not_finite_is_tagged_and_noted(name: str) -> None:
    value, notes = decode(b'{"a": %s}' % name.encode())
    assert value == {"a": {"$ttd": "float", "value": name}}
    assert name in notes[0]


def test_a_number_out_of_range_is_noted() -> None:
    value, notes = decode(b"[1e400]")
    assert value == [{"$ttd": "float", "value": "Infinity"}]
    assert "range" in notes[0]


@pytest.mark.parametrize("text", [b'{"a":1,"a":2}', b'{"x":{"a":1,"a":2}}', b'{"a" : 1, "a" : 2}'])
def test_the_last_of_duplicate_keys_is_kept(text: bytes) -> None:
    value = decode(text).value
    assert isinstance(value, dict)
    assert value.get("a", value.get("x")) in (2, {"a": 2})


def test_duplicate_keys_are_noted() -> None:
    assert "duplicate" in decode(b'{"a":1,"a":2}').notes[0]
    assert not decode(b'{"a":"b\\":","c":1}').notes


def test_invalid_utf8_is_read_as_latin1() -> None:
    value, notes = decode(b'"caf\xe9 \xc3\xa9"')
    assert value == "café é"
    assert "Latin-1" in notes[0]


@pytest.mark.parametrize("text", [b"", b"{", b"[1,2", b"nothing", b'{"a":1}}', b'"open'])
def test_text_that_is_no_json(text: bytes) -> None:
    with pytest.raises(NotJSONError):
        decode(text)


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 5_000, 200_000])
def test_deep_nesting_is_refused_at_once(depth: int) -> None:
    with pytest.raises(TooDeepError):
        decode(b"[" * depth + b"]" * depth)
    with pytest.raises(TooDeepError):
        decode(b'{"a":' * depth + b"1" + b"}" * depth)


def test_depth_counts_nesting_not_brackets() -> None:
    wide = b"[" + b",".join([b'{"a":[1]}'] * 1000) + b"]"
    assert len(decode(wide).value) == 1000  # type: ignore[arg-type]
    assert decode(b'"' + b"[" * 1000 + b'"').value == "[" * 1000
    assert decode(b'["\\"' + b"[" * 1000 + b'\\\\"]').value == ['"' + "[" * 1000 + "\\"]
    assert decode(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH).value


def test_lone_surrogates_in_words_become_visible() -> None:
    assert lenient.storable("a\ud83d") == "a\\ud83d"
    assert lenient.storable("café") == "café"
