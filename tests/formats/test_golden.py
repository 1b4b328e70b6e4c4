"""Conversions of real files stay what they were."""

from __future__ import annotations

import json

import pytest

from tests.formats.goldens import FOLDER, SOURCES, shape, source
from tests.support import needs_shared
from ttdebug import formats


@needs_shared
@pytest.mark.parametrize("name", SOURCES)
def test_conversion_is_as_golden(name: str) -> None:
    with formats.open(source(name)) as trace:
        assert shape(trace) == json.loads((FOLDER / f"{name}.json").read_text())
