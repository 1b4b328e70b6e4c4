"""`config`: where things are kept, and the keys as they are."""

from __future__ import annotations

from pathlib import Path

import click

from ttdebug.cli.options import object_option
from ttdebug.cli.output import narrate, say, say_json


@click.command(
    "config",
    short_help="Folders, theme and keys in effect.",
    epilog="\b\nExamples:\n  ttdebug config\n  ttdebug config --keys > ~/.config/ttdebug/keys.toml",
)
@click.option("--keys", is_flag=True, help="Print a keys.toml with every key as it is now.")
@object_option
def config_command(keys: bool, as_json: bool) -> int:
    """Tell where ttdebug keeps what, and what was changed.

    Environment: TTDEBUG_CONFIG, TTDEBUG_STATE and TTDEBUG_CACHE name other folders, TTDEBUG_THEME
    a theme (dark, light, contrast), TTDEBUG_ASCII=1 plain characters, NO_COLOR none.
    """
    from ttdebug.formats.cache import Cache
    from ttdebug.tui.actions import ACTIONS
    from ttdebug.tui.keymap import Keymap, config_path
    from ttdebug.tui.session import load_preferences, state_folder

    keymap = Keymap.load()
    for warning in keymap.warnings:
        narrate(f"warning: {warning}")
    if keys:
        say("[keys]")
        for action in ACTIONS:
            text = " ".join(keymap.keys(action.id)).replace("\\", "\\\\").replace('"', '\\"')
            say(f'{action.id} = "{text}"  # {action.title}')
        return 0
    changed = {
        action.id: " ".join(keymap.keys(action.id))
        for action in ACTIONS
        if keymap.keys(action.id) != Keymap().keys(action.id)
    }
    found = {
        "keys": str(config_path()),
        "sessions": str(state_folder() / "sessions"),
        "cache": str(Cache.open().directory),
        "theme": load_preferences().theme or "dark",
        "changed_keys": changed,
    }
    if as_json:
        say_json(found)
        return 0
    for name in ("keys", "sessions", "cache"):
        there = "" if Path(str(found[name])).exists() else "  (not there yet)"
        say(f"{name:<10}{found[name]}{there}")
    say(f"{'theme':<10}{found['theme']}")
    for name, text in changed.items():
        say(f"{'changed':<10}{name} = {text}")
    return 0
