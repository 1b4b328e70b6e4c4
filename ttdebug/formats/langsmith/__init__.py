"""LangSmith runs, as its SDK sends them and as they are exported.

Sources: operation lines (`post`, `patch`) as the SDK 0.1 to 0.6 sends them, its batches
(`{post, patch}`), and run objects of the API as lists, lines, or nested in `child_runs`
(documentation). The run of an operation is its post, completed by its patch.
"""

from __future__ import annotations

from ttdebug.formats.langsmith.reader import LangsmithReader

READER = LangsmithReader()
