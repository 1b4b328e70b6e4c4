"""ttdebug: a time-travel debugger for agents."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ttdebug.formats import open  # noqa: A004 - as in gzip.open, zipfile and others
    from ttdebug.recorder import Recorder, record

__version__ = "0.1.0"
__all__ = ["Recorder", "__version__", "open", "record"]


def __getattr__(name: str) -> object:
    """The public names, imported when first used: nothing is loaded that an agent does not need."""
    if name in ("record", "Recorder"):
        value: object = getattr(importlib.import_module("ttdebug.recorder"), name)
    elif name == "open":
        value = importlib.import_module("ttdebug.formats").open
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
