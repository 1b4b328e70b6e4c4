"""What a recording holds, and how it shows itself."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Final, Self

from ttdebug.api import html
from ttdebug.api.own import own
from ttdebug.model import Run, Timeline
from ttdebug.replay import conditions, names
from ttdebug.replay.hits import HitIndex
from ttdebug.store.trace import Trace
from ttdebug.view import contents, numbers
from ttdebug.view.gate import safe

_INDEXES: Final = 32  # conditions whose hits are kept


class Holding:
    """The part of a Recording that is there without asking for anything."""

    def __init__(self, trace: Trace) -> None:
        """Use `ttdebug.open`. `trace` is what the engine reads, and no promise."""
        self.trace = trace
        self._indexes: OrderedDict[tuple[str, int, str | None], HitIndex] = OrderedDict()

    @property
    def path(self) -> Path:
        """The file that was opened."""
        return self.trace.source_path

    @property
    def format(self) -> str:
        """Its format: `ttd`, or that of whoever wrote it."""
        return self.trace.format

    @property
    def runs(self) -> tuple[Run, ...]:
        """Its runs, in the order they were started, with their timelines and agents."""
        return self.trace.runs

    @property
    def timelines(self) -> tuple[Timeline, ...]:
        """The timelines of all runs."""
        return tuple(self.trace.timelines.values())

    @property
    def agents(self) -> tuple[str, ...]:
        """The agents of all runs."""
        return tuple(dict.fromkeys(name for run in self.runs for name in run.agents))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is to be known about how complete it is."""
        return self.trace.warnings

    @property
    def live(self) -> bool:
        """Whether somebody is writing it; see `refresh`."""
        return self.trace.being_written

    def refresh(self) -> bool:
        """Take in what was recorded since it was opened; tells whether there is anything new."""
        return self.trace.refresh()

    def close(self) -> None:
        """Let go of the file; moments of it can no longer be asked."""
        self.trace.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        return self.trace.last_seq

    def to_dict(self) -> dict[str, object]:
        """What it holds, as `ttdebug info --json` prints it."""
        return own(contents.trace_record(self.trace))

    def __repr__(self) -> str:
        held = f"{numbers.plural(len(self.runs), 'run')}, {len(self):,} events"
        return f"<Recording {safe(str(self.path))}: {self.format}, {held}>"

    def _repr_html_(self) -> str:
        rows = []
        for run in self.runs:
            told = contents.run_record(self.trace, run)
            lines, agents = ", ".join(line.name for line in run.timelines), ", ".join(run.agents)
            rows.append((run.name or run.id, agents, lines, told["events"], told["start"],
                         told["end"], run.fidelity))  # fmt: skip
        head = ("run", "agents", "timelines", "events", "start", "end", "fidelity")
        notes = [html.note(f"warning: {warning}") for warning in self.warnings]
        return html.block(html.title(repr(self)[1:-1]), html.table(head, rows), *notes)

    def hit_index(self, condition: str, timeline: int, agent: str | None) -> HitIndex:
        """The hits of a condition on a timeline (its id), found once and walked both ways."""
        key = (condition, timeline, agent)
        found = self._indexes.pop(key, None)
        if found is None:
            if agent is not None:
                names.check_agent(self.trace, agent)
            compiled = conditions.compile(condition)
            found = HitIndex(self.trace, compiled, timeline, agent)
        self._indexes[key] = found
        while len(self._indexes) > _INDEXES:
            self._indexes.popitem(last=False)
        return found
