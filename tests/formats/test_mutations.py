"""Every reference recording, damaged in many ways: readers say so, and neither fail nor hang."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.formats import mutations
from tests.support import ROOT, needs_shared

pytestmark = needs_shared

SHARES = 4
MEGABYTES = 500


def failures(count: int, share: int) -> list[str]:
    """What went wrong with a share of all files, read by a process of their own."""
    names = [str(path) for path in mutations.sources()[share::SHARES]]
    command = [sys.executable, "-m", "tests.formats.mutations", str(count), *names]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    *failed, megabytes = done.stdout.splitlines()
    assert json.loads(megabytes) < MEGABYTES
    return failed


@pytest.mark.parametrize("share", range(SHARES))
def test_mutants_are_read_or_refused(share: int) -> None:
    assert failures(20, share) == []


@pytest.mark.slow
@pytest.mark.parametrize("share", range(SHARES))
def test_many_mutants_are_read_or_refused(share: int) -> None:
    assert failures(500, share) == []
