"""Gemini CLI: chat recordings, as one document or as an append-only log.

Source: `chatRecordingService.ts` of github.com/google-gemini/gemini-cli, documents of October 2025
and logs of 0.40. A document is `{sessionId, projectHash, startTime, messages[]}`. A log begins with
the same but for its messages; then a line is a message (the same id again replaces it),
`{"$set": {...}}` (metadata; `messages` in it replaces all messages) or `{"$rewindTo": id}` (that
message and all after it are taken back; with an unknown id, all of them). Sub-agents are recorded
in `<sessionId>/<id>.jsonl` beside the session.
"""

from __future__ import annotations

from ttdebug.formats.gemini_cli.reader import GeminiReader

READER = GeminiReader()
