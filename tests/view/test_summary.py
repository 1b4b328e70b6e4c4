from __future__ import annotations

import pytest

from ttdebug.model import Event, Object
from ttdebug.view.summary import ROOM, summary


def told(type_: str, data: Object, name: str | None = "web_search") -> tuple[str, str]:
    found = summary(Event(1, "r", "main", 1, "a", type_, name, data=data))
    return str(found.name), str(found.text)


@pytest.mark.parametrize(
    ("type_", "data", "expected"),
    [
        ("tool.call", {"args": {"code": "X"}}, ("web_search", "code “X”")),
        ("tool.call", {"args": {"query": "a longer\nquery with many words"}},
         ("web_search", "a longer query with many words")),
        ("tool.call", {"args": {"hotel": "Lodge", "nights": 4}},
         ("web_search", "hotel “Lodge” · nights 4")),
        ("tool.call", {"args": {"all": False, "file_path": "/src/app.py", "old": "x"}},
         ("web_search", "/src/app.py")),
        ("tool.call", {}, ("web_search", "")),
        ("tool.result", {"result": "ok"}, ("web_search", "ok")),
        ("tool.result", {"result": {"ok": True, "left": None}}, ("web_search", "ok true")),
        ("tool.result", {"result": [{"text": "first"}, {}]}, ("web_search", "[2] first")),
        ("tool.result", {"error": {"message": "no\x1bway"}}, ("web_search", "no\\x1bway")),
        ("tool.result", {"result": 4.50}, ("web_search", "4.5")),
        ("state", {"changes": [{"path": "/todo/0"}, {"path": "/todo"}, {"path": "/b"}]},
         ("web_search", "todo · b")),
        ("state", {"changes": "many"}, ("web_search", "changes “many”")),
        ("message", {"to": "booker", "content": "Use it"}, ("→ booker", "Use it")),
        ("message", {"role": "user", "content": [{"type": "text", "text": "Hi\tthere"}]},
         ("web_search", "Hi there")),
        ("error", {"message": "timed out", "type": "ConnectionError"},
         ("web_search", "ConnectionError: timed out")),
        ("checkpoint", {"kind": "pre-operation", "tags": ["money"]},
         ("web_search", "pre-operation · tag money")),
        ("llm.call", {"messages": [{"content": "old"}, {"content": "newest"}]}, ("", "newest")),
        ("llm.result", {"output": [{"type": "tool_use", "name": "bash"}],
                        "usage": {"input_tokens": 7900, "output_tokens": 61}},
         ("", "→ bash · 7.9k in · 61 out")),
        ("llm.result", {"usage": {"input_tokens": 5}}, ("web_search", "5 in")),
        ("llm.call", {}, ("web_search", "")),
        ("anything", {"a": 1, "b": [1, 2]}, ("web_search", "a 1 · b [1, 2]")),
        ("anything", {}, ("web_search", "")),
    ],
)  # fmt: skip
def test_one_line_says_what_happened(type_: str, data: Object, expected: tuple[str, str]) -> None:
    assert told(type_, data) == expected


def test_an_event_without_name_and_data_shows_its_type() -> None:
    assert told("handoff", {}, None) == ("handoff", "")


def test_long_data_costs_its_first_words() -> None:
    large: list[Object] = [{"output": "word " * 10_000_000}, {"result": {"text": "x" * 10_000_000}}]
    for data in large:
        for type_ in ("llm.result", "tool.result", "message", "custom"):
            name, text = told(type_, data)
            assert len(name) <= ROOM
            assert len(text) <= ROOM + 1
