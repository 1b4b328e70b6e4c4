from __future__ import annotations

import importlib.util
import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tests.support import SHARED, needs_shared
from ttdebug.view.gate import (
    LONGEST,
    MARKS_KEPT,
    Safe,
    escape_json,
    hidden,
    is_mark,
    safe,
    safe_lines,
)

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u3164\u115f\u180e"
CONTROLS = "".join(map(chr, [*range(0x20), 0x7F, *range(0x80, 0xA0)]))
VARIATION = "".join(map(chr, [*range(0xFE00, 0xFE10), 0xE0100, 0xE01EF]))
TAGS = "".join(chr(0xE0000 + ord(c)) for c in "TTD")
OTHER = "\ud83d\udc00\ue000\U000f0000\u2028\u2029"

nasty = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(CONTROLS + BIDI + ZERO_WIDTH + VARIATION + TAGS + OTHER),
        st.sampled_from("\u0301\u0489\u0e49\u20dd e❤👩界"),
        st.characters(categories=["Cs", "Cf", "Co", "Cc"]),
    ),
    max_size=60,
)


def longest_mark_run(text: str) -> int:
    longest = run = 0
    for character in text:
        run = run + 1 if is_mark(character) else 0
        longest = max(longest, run)
    return longest


@given(nasty)
def test_nothing_hidden_leaves_the_gate(text: str) -> None:
    shown = safe(text)
    assert not [c for c in shown if hidden(c)]
    assert longest_mark_run(shown) <= MARKS_KEPT
    assert not shown or not is_mark(shown[0])
    shown.encode()


@given(nasty)
def test_gating_twice_changes_nothing(text: str) -> None:
    once = safe(text)
    assert safe(str(once)) == once


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S", "Zs"])))
def test_plain_text_is_left_alone(text: str) -> None:
    assert safe(text) == text


def test_hidden_characters_become_visible_escapes() -> None:
    assert safe("a\x1b[2Jb") == "a\\x1b[2Jb"
    assert safe("\u202eabc") == "\\u202eabc"
    assert safe("\U000e0054") == "\\U000e0054"
    assert safe("\ud83d") == "\\ud83d"
    assert safe("a\tb\nc\r") == "a\\tb\\nc\\r"
    assert safe("\x9b31m") == "\\x9b31m"


def test_languages_and_emoji_read_as_written() -> None:
    for text in (
        "Grüße",
        "日本語テキスト",
        "한국어",
        "Ελληνικά",
        "हिन्दी",
        "ภาษาไทย",
        "עברית",
        "🎉 done",
        "e\u0301",
    ):
        assert safe(text) == text


def test_one_presentation_selector_after_a_symbol_is_dropped() -> None:
    assert safe("❤\ufe0f") == "❤"
    assert safe("❤\ufe0f\ufe0f") == "❤\\ufe0f\\ufe0f"
    assert safe("a\ufe0f") == "a\\ufe0f"


def test_piled_marks_are_cut_and_said_so() -> None:
    assert safe("e" + "\u0301" * 200) == "e" + "\u0301" * MARKS_KEPT + "…"


def test_long_text_ends_in_a_count() -> None:
    assert safe("x" * 5_000).endswith("… +904 characters")
    assert len(safe("x" * 10_000_000)) < LONGEST + 40


def test_lines_are_split_before_they_are_gated() -> None:
    assert safe_lines("a\r\nb\n\x1bc") == ["a", "b", "\\x1bc"]
    assert safe_lines("\n" * 50, limit=3) == ["", "", "", "… +48 lines"]


def test_what_is_safe_stays_safe() -> None:
    text = safe("a")
    assert isinstance(text + "\x1b", Safe)
    assert text + "\x1b" == "a\\x1b"


@given(
    st.recursive(
        st.none() | st.integers() | nasty, lambda v: st.lists(v) | st.dictionaries(nasty, v)
    )
)
def test_json_escapes_keep_the_value(value: object) -> None:
    raw = json.dumps(value, ensure_ascii=False)
    shown = escape_json(raw)
    assert not [c for c in shown if hidden(c) and c != "\n"]
    assert json.loads(shown) == value
    shown.encode()


def test_json_keeps_its_layout() -> None:
    assert escape_json('{\n  "a": "\u200bé"\n}') == '{\n  "a": "\\u200bé"\n}'


@needs_shared
def test_no_hostile_payload_passes() -> None:
    spec = importlib.util.spec_from_file_location("hostile", SHARED / "hostile" / "make.py")
    assert spec is not None
    assert spec.loader is not None
    hostile = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hostile)
    for name, text in hostile.PAYLOADS.items():
        shown = safe(text)
        assert not [c for c in shown if hidden(c)], name
        for raw in hostile.RAW.get(name, []):
            assert raw not in shown, name
            assert raw not in escape_json(json.dumps(text, ensure_ascii=False)), name


def test_hidden_follows_the_categories_of_unicode() -> None:
    for code in range(0x20, 0x3100):
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
            assert hidden(chr(code)), hex(code)
