"""`diff --context`: what a model was told in two calls."""

from __future__ import annotations

from contextlib import ExitStack

from ttdebug.cli.options import Reading
from ttdebug.cli.output import say_json, say_lines, width
from ttdebug.cli.sides import side, two_sides


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
    from ttdebug.analyze import prompts
    from ttdebug.analyze.context import context_diff
    from ttdebug.view import compared, tables
    from ttdebug.view.context import context_rows

    other = None
    if stop is None:
        b = side(stack, reading, stack.enter_context(reading.opened()), start)
    else:
        a, b = two_sides(stack, reading, start, stop)
        other = (a.trace, a.position)
    found = context_diff(*prompts.pair(b.trace, b.position, other, agent=agent))
    if as_json:
        say_json(compared.context_record(found))
    else:
        say_lines(tables.all_lines(context_rows(found, width())))
    return not found.same
