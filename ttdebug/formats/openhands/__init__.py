"""OpenHands: event streams of V0 and of the V1 agent SDK, and the output of its benchmarks.

Source: github.com/OpenHands/OpenHands (V0: a list of events with an `action` or an `observation`,
whose `cause` is the id of its action), github.com/OpenHands/software-agent-sdk (V1: events with a
`kind`, observations with `action_id` and `tool_call_id`), exports of 2025 and 2026. A folder of V1
holds `base_state.json` and a file per event in `events`; V0 keeps `events/<id>.json`. Lines of
`output.jsonl` are one run each. Times have no zone and are taken for UTC.
"""

from __future__ import annotations

from ttdebug.formats.openhands.reader import OpenHandsReader

READER = OpenHandsReader()
