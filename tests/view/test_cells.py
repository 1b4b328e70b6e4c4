from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ttdebug.view import cells
from ttdebug.view.gate import hidden, is_mark, safe

wide = st.text(
    st.one_of(st.characters(), st.sampled_from("界🎉é\u0301 aé한ﬁ…│👩\u1112\u1161\u11ab")),
    max_size=40,
).map(safe)


@given(wide)
def test_widths_agree_with_what_lays_out_the_screen(text: str) -> None:
    assert cells.width(text) == cell_len(text)


def test_every_character_that_passes_the_gate_has_the_width_the_screen_gives_it() -> None:
    differing = [
        hex(code)
        for code in range(0x20, 0x20000)
        if not hidden(chr(code))
        and not is_mark(chr(code))
        and cells.width(chr(code)) != cell_len(chr(code))
    ]
    assert differing == []


@given(wide, st.integers(0, 30))
def test_fitted_text_fits(text: str, room: int) -> None:
    for fitted in (cells.fit, cells.fit_left, cells.fit_middle, cells.cut, cells.cut_left):
        assert cells.width(fitted(text, room)) <= room
    assert cells.width(cells.pad(text, room)) == room
    assert cells.width(cells.pad_left(text, room)) == room


@given(wide, st.integers(2, 30))
def test_wrapped_text_fits_and_loses_no_word(text: str, room: int) -> None:
    lines = list(cells.wrap(text, room))
    assert all(cells.width(line) <= room for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_ends_that_name_things_stay() -> None:
    assert cells.fit("search_hotels", 8) == "search_…"
    assert cells.fit_left("budget.remaining", 10) == "…remaining"
    assert cells.fit_middle("1657.7612345", 7) == "165…345"
    assert cells.fit("界界界", 4) == "界…"
