from __future__ import annotations

import re

import pytest

from tests.docs.tables import README, with_tables
from tests.support import ROOT


@pytest.fixture(scope="module")
def text() -> str:
    return README.read_text("utf-8")


def test_tables_are_those_the_code_makes(text: str) -> None:
    assert with_tables(text) == text, "run: python -m tests.docs.tables"


def test_every_local_link_and_picture_exists(text: str) -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", text)
    assert targets
    missing = [target for target in targets if not (ROOT / target).exists()]
    assert not missing


@pytest.mark.parametrize("name", ["demo", "test"])
def test_each_setup_is_one_line(text: str, name: str) -> None:
    block = text.split(f"<!-- {name}-command -->", 1)[1].split("```")[1]
    lines = block.strip().split("\n")[1:]
    assert len(lines) == 1
    assert lines[0].startswith("python3 -m venv ")


def test_top_level_holds_only_what_it_should() -> None:
    allowed = {
        "pyproject.toml", "ttdebug", "tests", "screenshots", "sample_traces", "README.md", "LICENSE"
    }  # fmt: skip
    names = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert names - {"build", "dist"} <= allowed
