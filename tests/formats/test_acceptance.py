"""Every reference recording opens and gives what is known of it."""

from __future__ import annotations

import pytest

from tests.formats import acceptance
from tests.support import needs_shared
from ttdebug import formats

pytestmark = needs_shared


@pytest.mark.parametrize(("folder", "name"), acceptance.entries())
def test_recording_holds_what_is_known(folder: str, name: str) -> None:
    known = acceptance.table(folder)[name]
    with formats.open(acceptance.place(folder) / name) as trace:
        expected = {key: known[key] for key in known if key not in ("values", "warning")}
        assert acceptance.found(trace) == expected
        for agent, seq, path, value in known["values"]:
            assert acceptance.value(trace, agent, seq, path) == value, path
        first = trace.warnings[0] if trace.warnings else ""
        assert first.startswith(known.get("warning") or first if first else "")
        assert bool(first) == ("warning" in known)


@pytest.mark.parametrize("folder", acceptance.folders())
def test_no_recording_is_missing(folder: str) -> None:
    assert set(acceptance.table(folder)) == acceptance.recordings(folder)
