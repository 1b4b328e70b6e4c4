"""Recording a program that knows nothing of it: how `ttdebug record` reaches into an interpreter.

The folder `path` goes first on PYTHONPATH; its `sitecustomize` runs before the program, begins
to record as the environment variable `WISHES` says, and lets an integration attach itself when
the program imports its framework.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

import orjson

from ttdebug.store.writer import Durability

WISHES: Final = "TTDEBUG_RECORD"
"""The environment variable that holds what is wanted, as JSON."""

MAIN: Final = "TTDEBUG_RECORD_MAIN"
"""The environment variable that holds the process id of the program itself, once it runs.

What that process executes in its place, as `poetry run` does, is the program too.
"""

FOLDER: Final = Path(__file__).parent / "path"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What to record, where; `state` is MODULE:ATTRIBUTE, captured at each event of `agent`.

    `homes` are where ttdebug and what it needs can be imported from by an interpreter that does
    not have it. `waiting` is the process that tells how the program ended, of itself if it started
    it, else by the exit status that is left in the folder `statuses`, for as long as that exists.
    """

    path: str
    agent: str
    run: str
    durability: Durability
    state: str | None
    homes: tuple[str, ...]
    waiting: int
    statuses: str

    def environment(self, given: Mapping[str, str]) -> dict[str, str]:
        """`given` for a program that is to be recorded."""
        kept = {key: value for key, value in given.items() if key != MAIN}
        path = [str(FOLDER), *filter(None, [given.get("PYTHONPATH")])]
        told = json.dumps(asdict(self))
        return {**kept, "PYTHONPATH": os.pathsep.join(path), WISHES: told}

    @classmethod
    def told(cls, text: str) -> Self:
        """What `environment` put into the variable."""
        given: dict[str, Any] = json.loads(text)
        return cls(**{**given, "homes": tuple(given["homes"])})


def homes() -> tuple[str, ...]:
    """The folders that this interpreter imports ttdebug and what it needs from."""
    folders = (Path(__file__).parents[3], Path(orjson.__file__).parents[1])
    return tuple(dict.fromkeys(map(str, folders)))
