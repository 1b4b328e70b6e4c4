"""Exact RFC 6902 deltas between two JSON states: make, apply, invert, and a fast shadow.

Only `add`, `remove` and `replace` are made; `apply` takes every operation of the standard.
"""

from __future__ import annotations

from ttdebug.delta.equality import Delta, Op, equal
from ttdebug.delta.patch import apply, counts, invert
from ttdebug.delta.shadow import Shadow
from ttdebug.delta.walk import make

__all__ = ["Delta", "Op", "Shadow", "apply", "counts", "equal", "invert", "make"]
