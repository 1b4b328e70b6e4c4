"""What all logs of conversations share: the state folded from them, and events on their way out.

A reader says where a record stands (`Moment`), and `Talk` writes what was said or done there. The
state of an agent (`Conversation`) follows by itself and is stored as small deltas.
"""

from __future__ import annotations

from ttdebug.formats.conversation.informed import Informed
from ttdebug.formats.conversation.scribe import MAIN_AGENT, Moment, Scribe
from ttdebug.formats.conversation.state import Conversation
from ttdebug.formats.conversation.talk import Call, Talk

__all__ = ["MAIN_AGENT", "Call", "Conversation", "Informed", "Moment", "Scribe", "Talk"]
