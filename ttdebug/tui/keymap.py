"""Which key does what: the registry's keys, changed by the person's `keys.toml`.

The file holds one table: `[keys]` with lines such as `next-event = "ctrl+n j"`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import platformdirs

from ttdebug.tui.actions import ACTIONS, BY_ID, Action
from ttdebug.tui.layout import Zone

_MOST_COUNT: Final = 99_999_999

_GLYPHS: Final = {
    "right": "→", "left": "←", "up": "↑", "down": "↓", "escape": "esc", "pagedown": "pgdn",
    "pageup": "pgup",
}  # fmt: skip
_ASCII_GLYPHS: Final = {**_GLYPHS, "right": ">", "left": "<", "up": "^", "down": "v"}


def config_path() -> Path:
    """Where a person's key overrides are looked for; TTDEBUG_CONFIG names another folder."""
    folder = os.environ.get("TTDEBUG_CONFIG") or platformdirs.user_config_dir("ttdebug")
    return Path(folder) / "keys.toml"


class Keymap:
    """Keys to actions per zone, with the warnings its making brought up."""

    def __init__(self, overrides: Mapping[str, Iterable[str]] | None = None) -> None:
        self.warnings: list[str] = []
        self._keys: dict[str, tuple[str, ...]] = {action.id: action.keys for action in ACTIONS}
        for name, keys in (overrides or {}).items():
            if name in BY_ID:
                self._keys[name] = tuple(keys)
            else:
                self.warnings.append(f"keys.toml names no action {name!r:.40}")
        self._table: dict[tuple[str, Zone], Action] = {}
        changed = {name for name in (overrides or {}) if name in BY_ID}
        ordered = sorted(ACTIONS, key=lambda action: action.id in changed)
        for action in ordered:
            self._enter(action, own=action.id in changed)

    def _enter(self, action: Action, *, own: bool) -> None:
        for key in self._keys[action.id]:
            clashes = set()
            for zone in action.zones:
                before = self._table.get((key, zone))
                if before is not None and own:
                    clashes.add(before.id)
                self._table[key, zone] = action
            for other in sorted(clashes):
                self.warnings.append(f"{key} now means {action.id}, no longer {other}")

    def action(self, key: str, zone: Zone) -> Action | None:
        """What a key does while `zone` has the focus."""
        return self._table.get((key, zone))

    def keys(self, action_id: str, zone: Zone | None = None) -> tuple[str, ...]:
        """The keys that still lead to an action (from a zone)."""
        action = BY_ID[action_id]
        zones = action.zones if zone is None else {zone}
        return tuple(
            key
            for key in self._keys[action_id]
            if any(self._table.get((key, one)) is action for one in zones)
        )

    @classmethod
    def load(cls, path: Path | None = None) -> Keymap:
        """The person's keymap; a file that cannot be used becomes a warning, never an error."""
        path = path or config_path()
        try:
            text = path.read_text(encoding="utf-8")
            import tomllib  # few have the file

            table = tomllib.loads(text).get("keys", {})
            overrides = {
                str(name): str(keys).split() if isinstance(keys, str) else [str(k) for k in keys]
                for name, keys in table.items()
            }
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError, TypeError, AttributeError) as error:
            keymap = cls()
            keymap.warnings.append(f"keys.toml was not used: {error}")
            return keymap
        return cls(overrides)


def key_name(key: str, character: str | None) -> str:
    """One name per key: the character where it prints, else Textual's name."""
    if character and character.isprintable() and not character.isspace():
        return character
    return key


def key_label(key: str, *, plain: bool = False) -> str:
    """How a key is written for people."""
    return (_ASCII_GLYPHS if plain else _GLYPHS).get(key, key)


class Count:
    """The number typed before a key, as in `10j`."""

    def __init__(self) -> None:
        self._digits = ""

    def take(self, key: str) -> bool:
        """Eat a digit; a leading zero is no count."""
        if len(key) == 1 and key in "0123456789" and (self._digits or key != "0"):
            self._digits += key
            return True
        return False

    @property
    def text(self) -> str:
        """What was typed so far."""
        return self._digits

    def spend(self) -> int | None:
        """The number, once; None if nothing was typed."""
        digits, self._digits = self._digits, ""
        return min(int(digits), _MOST_COUNT) if digits else None
