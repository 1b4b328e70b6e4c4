"""What goes to the clipboard, and from there perhaps to a shell."""

from __future__ import annotations

from typing import Any

from textual.app import App

from ttdebug.view.gate import safe


def copy(app: App[Any], *lines: str) -> None:
    """Put lines on the clipboard, whole; each passes the gate, for names come from the trace."""
    app.copy_to_clipboard("\n".join(safe(text, limit=len(text)) for text in lines))
