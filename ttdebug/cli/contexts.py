"""`diff --context`: what a model was told in two calls."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from ttdebug.cli.options import Reading
from ttdebug.cli.output import say_json, say_lines, width
from ttdebug.cli.sides import side, two_sides

if TYPE_CHECKING:
    from ttdebug.analyze.context import ContextDiff
    from ttdebug.analyze.sides import Side


def print_context(
    stack: ExitStack,
    reading: Reading,
    start: str,
    stop: str | None,
    agent: str | None,
    *,
    as_json: bool,
) -> bool:
    """Print how the model call at or before B was told other things than that of A; if it was.

    With one position it is compared with the call before it by the same agent.
    """
    from ttdebug.view import compared, tables
    from ttdebug.view.context import context_rows

    if stop is None:
        found = _with_previous(side(stack, reading, stack.enter_context(reading.opened()), start),
                               agent)  # fmt: skip
    else:
        a, b = two_sides(stack, reading, start, stop)
        found = _between(a, b, agent)
    if as_json:
        say_json(compared.context_record(found))
    else:
        say_lines(tables.all_lines(context_rows(found, width())))
    return not found.same


def _with_previous(b: Side, agent: str | None) -> ContextDiff:
    from ttdebug.analyze import prompts
    from ttdebug.analyze.context import context_diff

    call = prompts.call_at(b.trace, b.position, agent=agent)
    return context_diff(prompts.call_before(b.trace, call, b.timeline), call)


def _between(a: Side, b: Side, agent: str | None) -> ContextDiff:
    from ttdebug.analyze import prompts
    from ttdebug.analyze.context import context_diff

    new = prompts.call_at(b.trace, b.position, agent=agent)
    old = prompts.call_at(a.trace, a.position, agent=agent, rather=new.event.agent)
    return context_diff(old, new)
