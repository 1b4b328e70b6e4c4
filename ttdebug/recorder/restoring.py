"""Putting an earlier state back, so that a reader of the recording can see that it was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ttdebug.recorder.faults import guarded
from ttdebug.recorder.lifecycle import RECOVERY
from ttdebug.recorder.span import Span

if TYPE_CHECKING:
    from ttdebug.recorder.actor import Actor

TYPE: Final = "restore"


class Restoring(Span):
    """A span between two checkpoints, of the state that is given up and of the one put back."""

    def __init__(self, actor: Actor, name: str, data: dict[str, object]) -> None:
        """Use `Handle.restoring`."""
        super().__init__(actor, TYPE, name, data)

    @guarded(None)
    def _open(self) -> None:
        self._actor.mark(f"before {self._name}", kind=RECOVERY)
        super()._open()

    @guarded(None)
    def _close(self, error: BaseException | str | None) -> None:
        super()._close(error)
        if error is None and self._line is not None and not self._line.first().over:
            self._actor.mark(f"after {self._name}", kind=RECOVERY, cause=self.seq or None)
