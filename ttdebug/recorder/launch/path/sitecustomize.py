"""Run by an interpreter that `ttdebug record` started, before its program.

Begins to record, then gives its place to the `sitecustomize` that would have run without it.
"""

import contextlib
import importlib
import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - nothing imported yet
_WISHES = "TTDEBUG_RECORD"


def _begin() -> None:
    try:
        from ttdebug.recorder.launch.program import begin
    except ImportError:
        import json

        homes = json.loads(os.environ[_WISHES])["homes"]
        sys.path += homes
        try:
            from ttdebug.recorder.launch.program import begin
        finally:
            for home in homes:
                sys.path.remove(home)
    begin()


def _give_way() -> None:
    ours = sys.modules.pop("sitecustomize", None)
    try:
        importlib.import_module("sitecustomize")  # the next one on the path
    except ImportError as error:
        if error.name != "sitecustomize":
            raise
    finally:
        if ours is not None:
            sys.modules.setdefault("sitecustomize", ours)


sys.path[:] = [place for place in sys.path if os.path.abspath(place) != _HERE]  # noqa: PTH100
if _WISHES in os.environ:
    try:
        _begin()
    except Exception as fault:
        with contextlib.suppress(Exception):
            sys.stderr.write(
                f"ttdebug: not recorded, {type(fault).__name__}: {fault}; "
                f"install ttdebug for {sys.executable}\n"
            )
_give_way()
