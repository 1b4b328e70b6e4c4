"""Shared by test rooms: where the reference recordings are, and how to skip without them."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
SAMPLES = ROOT / "sample_traces"

needs_shared = pytest.mark.skipif(
    not (SHARED / "traces").is_dir(), reason="the reference recordings are not beside the project"
)
