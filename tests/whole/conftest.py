"""Programs for tests to start, each with folders of its own, and the hostile files."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support import SHARED
from tests.whole.program import TTDEBUG, Program, environment

Start = Callable[..., Program]


def shared_folder(factory: pytest.TempPathFactory, name: str) -> tuple[Path, bool]:
    """A folder all workers of this test run see, and whether the caller is the first."""
    base = factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / name
    try:
        folder.mkdir()
    except FileExistsError:
        return folder, False
    return folder, True


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Conversions are made once for all tests."""
    return shared_folder(tmp_path_factory, "cache")[0]


@pytest.fixture
def env(tmp_path: Path, cache: Path) -> dict[str, str]:
    return environment(tmp_path, cache)


@pytest.fixture
def start(env: dict[str, str]) -> Iterator[Start]:
    with ExitStack() as stack:

        def begin(
            *words: object,
            size: tuple[int, int] = (80, 24),
            extra: Mapping[str, str] | None = None,
            program: Sequence[str] = TTDEBUG,
        ) -> Program:
            argv = [*program, *map(str, words)]
            return stack.enter_context(Program(argv, size, env={**env, **(extra or {})}))

        yield begin


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference files made to do harm; skips where their maker is not beside the project."""
    maker = SHARED / "hostile" / "make.py"
    if not maker.is_file():
        pytest.skip("the hostile reference files are not beside the project")
    folder, first = shared_folder(tmp_path_factory, "hostile")
    done = folder / "made"
    if first:
        subprocess.run([sys.executable, str(maker), str(folder)], check=True)
        done.touch()
    for _ in range(600):
        if done.exists():
            return folder
        time.sleep(0.1)
    raise AssertionError("another worker did not make the hostile files")
