"""Shared by test rooms: where the reference recordings are, and how to skip without them."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
SAMPLES = ROOT / "sample_traces"


def peak_megabytes() -> float:
    """The most memory this program held; what its parent held before does not count.

    `getrusage` would tell the parent's as well where that is larger.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)


needs_shared = pytest.mark.skipif(
    not (SHARED / "traces").is_dir(), reason="the reference recordings are not beside the project"
)
