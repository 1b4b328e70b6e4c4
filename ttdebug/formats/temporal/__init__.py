"""Temporal: the event history of one workflow execution, as its CLI, UI and SDKs export it.

After temporal/api/history/v1/message.proto (api 1.0 to 1.5x); event types may be written
`EVENT_TYPE_ACTIVITY_TASK_SCHEDULED` or, by older tools, `ActivityTaskScheduled`.
"""

from __future__ import annotations

from ttdebug.formats.temporal.reader import TemporalReader

READER = TemporalReader()
