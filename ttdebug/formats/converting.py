"""A conversion in a process of its own: `python -m ttdebug.formats.converting`, by `streaming`.

The request comes as one line of JSON on stdin; lines on stdout tell how far it is, then which
format it was, or what is wrong with it.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Final

from ttdebug.errors import TtdebugError
from ttdebug.formats.opening import Opening

_TELL_EVERY: Final = 0.1


def main() -> None:
    """Convert what stdin asks for into its folder."""
    request = json.loads(sys.stdin.readline())
    told = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told > _TELL_EVERY:
            told = time.monotonic()
            _tell({"done": done, "total": total})

    try:
        opening = Opening(request["path"], request["format"], request["mapping"], progress)
        _, name, _ = opening.made(Path(request["folder"]))
    except (TtdebugError, OSError) as error:
        _tell({"fault": str(error)})
    else:
        _tell({"format": name})


def _tell(what: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
