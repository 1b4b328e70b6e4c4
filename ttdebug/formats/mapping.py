"""What `--map` says: which field of a home-made log plays which role."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from ttdebug.errors import UsageError

ROLES = (
    "time",
    "seq",
    "type",
    "id",
    "span",
    "parent",
    "agent",
    "run",
    "name",
    "state",
    "before",
    "patch",
    "error",
    "status",
    "phase",
    "duration",
)

NO_FIELD = "-"
"""Told of a role that no field plays, whatever is guessed."""


def parse_mapping(mapping: str | Mapping[str, str] | None) -> dict[str, str]:
    """`time=ts,state=world.now` (or the same as a dict), checked; fields may be dotted.

    `agent=-` says that no field plays the role.
    """
    if not mapping:
        return {}
    pairs = mapping.items() if isinstance(mapping, Mapping) else _pairs(mapping)
    checked: dict[str, str] = {}
    for role, field in pairs:
        if role not in ROLES:
            near = get_close_matches(role, ROLES, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise UsageError(f"--map: unknown role {role!r}{hint} (roles: {', '.join(ROLES)})")
        if not field:
            raise UsageError(f"--map: {role}= needs the name of a field, or {NO_FIELD} for none")
        checked[role] = field
    return checked


def _pairs(text: str) -> list[tuple[str, str]]:
    pairs = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        role, equals, field = part.partition("=")
        if not equals:
            raise UsageError(f"--map: {part!r} is not ROLE=FIELD, e.g. time=ts,state=world")
        pairs.append((role.strip(), field.strip()))
    return pairs
