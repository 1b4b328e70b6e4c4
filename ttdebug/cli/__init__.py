"""The command line: one module per group of commands, the same engine as the screen."""

from __future__ import annotations

import sys


def main() -> None:
    """Run `ttdebug` and leave with its exit code (the console script)."""
    from ttdebug.cli.app import run

    sys.exit(run(sys.argv[1:]))
