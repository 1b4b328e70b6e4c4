"""pydantic-ai's message history, as `all_messages_json()` writes it.

Written from a recording of pydantic-ai-slim 2.68.0 (November 2026) and from `messages.py` of the
package since 0.0.20 (`retry-prompt` parts, which 2.x writes as `tool-return` with an outcome).
"""

from __future__ import annotations

from ttdebug.formats.pydantic_ai.reader import PydanticReader

READER = PydanticReader()
