"""Long scans that can be stopped and that say how far they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ttdebug.errors import Cancelled

_EVERY: Final = 32


@dataclass(slots=True)
class Work:
    """Counts units of a scan; `cancelled` is asked, and `progress(done, total)` told, now and then.

    A total of 0 is unknown. Raises Cancelled once the user stops it.
    """

    cancelled: Callable[[], bool] | None = None
    progress: Callable[[int, int], None] | None = None
    total: int = 0
    done: int = 0

    def tick(self) -> None:
        """Count one unit."""
        self.done += 1
        if self.done % _EVERY == 0:
            self.look()

    def look(self) -> None:
        """Ask and tell at once."""
        if self.progress is not None:
            self.progress(self.done, self.total)
        if self.cancelled is not None and self.cancelled():
            raise Cancelled(f"Stopped after {self.done:,} events")
