"""What a notebook shows of a recording whose every text is hostile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest

import ttdebug
from ttdebug.api import Recording
from ttdebug.store.writer import Writer

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&\x1b[31m\u202e\u200b\x07"


class Shown(Protocol):
    def _repr_html_(self) -> str: ...


@pytest.fixture(scope="module")
def rec(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recording]:
    path = tmp_path_factory.mktemp("notebook") / "evil.ttd"
    writer = Writer.create(path, durability="batch")
    main = writer.run("r", EVIL)
    states = [{EVIL: EVIL, "x": number, "long": EVIL * 100} for number in range(30)]
    for number, state in enumerate(states):
        writer.append(main, EVIL, agent=EVIL, name=EVIL, data={EVIL: EVIL}, state=state,
                      parent=number or None)  # fmt: skip
    fork = writer.fork(main, 5, EVIL)
    writer.append(fork, "state", agent=EVIL, state={EVIL: [EVIL]})
    writer.close()
    with ttdebug.open(path) as opened:
        yield opened


def shown(rec: Recording) -> list[Shown]:
    return [
        rec, rec[2], rec[0], rec.events(), rec.states(), rec.hits("changed(state.x)"),
        rec.history("x"), rec.search("script"), rec[3].causes, rec.why("x", 5),
        rec.check(never="state.x == 3"), rec[2].changes, rec.diff(2, 31), rec.diff(2, 2),
        rec.hits("state.x == 3").first() or rec, rec.events("state.x == 99"),
    ]  # fmt: skip


def test_nothing_in_it_can_act(rec: Recording) -> None:
    for one in shown(rec):
        page = one._repr_html_()
        for harm in ("<script", "<img", "\x1b", "\x07", "\u202e", "\u200b", "http:", "href="):
            assert harm not in page, (one, harm)
        assert page.startswith('<div class="ttdebug">')
        assert page.endswith("</div>")
        for harm in ("\x1b", "\x07", "\u202e", "\u200b"):
            assert harm not in repr(one)


def test_it_shows_what_there_is(rec: Recording) -> None:
    assert "&lt;script&gt;" in rec._repr_html_()
    many = rec.events()._repr_html_()
    assert many.count("<tr>") == 21
    assert "there are more" in many
    assert "nothing found" in rec.events("state.x == 99")._repr_html_()
    assert "no difference" in rec.diff(2, 2)._repr_html_()
    moment = rec[2]._repr_html_()
    assert "<del>0</del>" in moment
    assert "<ins>1</ins>" in moment
    assert "--at 2" in moment
