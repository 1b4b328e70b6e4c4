"""Hiding secrets before anything is compared, hashed or written.

A secret becomes `[redacted:KIND:xxxx]`; xxxx is a hash keyed per recording, so that one can see
where a secret is the same or has changed, and nothing about what it is.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from hashlib import blake2b
from typing import Final, NamedTuple, TypeAlias

import orjson

from ttdebug.model import JSON, MARK
from ttdebug.recorder.assigned import assigned
from ttdebug.recorder.names import CODES, Says, is_code, says, short_form
from ttdebug.recorder.secrets import Span, shaped

_NOT_IN_GLOB: Final = re.compile(r"[^a-z0-9*?]")
_SHORTEST: Final = 8  # characters of a secret that nothing but its name gives away
_SHORT: Final = 32  # characters
_LARGEST_CODE: Final = 10**9  # no code that is a number is larger; str() fails for the largest
_FOLDER: Final = "PWD"  # what shells call the folder they are in
_MOST_NAMES: Final = 4096  # remembered as secret or not, and as many short texts as harmless
_PAIRS: Final = (("name", "value"), ("key", "value"), ("Name", "Value"), ("Key", "Value"))


Wish: TypeAlias = str | re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Redact:
    """What to hide beyond what is recognised, and what not to hide: `record(redact=Redact(...))`.

    A text is the name of a key or field, whose value is hidden or shown whatever it is; `*` and
    `?` stand for any characters, and only letters and digits count: `"*iban"` is `payee_IBAN`
    too. A compiled pattern is about values: what it finds is hidden, a secret in which it finds
    something is shown. `allow` comes first.
    """

    allow: Wish | Collection[Wish] = ()
    deny: Wish | Collection[Wish] = ()


class _Key(NamedTuple):
    """A name as it may be stored, and what it says about what stands under it."""

    says: Says
    shown: str


class Redactor:
    """Replaces what it recognises by name, by pattern, or as a secret of this process."""

    def __init__(
        self, environment: Mapping[str, str] | None = None, wishes: Redact | None = None
    ) -> None:
        """`environment` are variables whose secret-looking ones are hidden wherever they occur."""
        self.found: Counter[str] = Counter()
        self._key = os.urandom(16)
        self._says = lru_cache(_MOST_NAMES)(self._weighed)
        wishes = wishes or Redact()
        allow, deny = _each(wishes.allow), _each(wishes.deny)
        self._allowed = [_glob(name) for name in allow if isinstance(name, str)]
        self._denied = [_glob(name) for name in deny if isinstance(name, str)]
        self._shown = [found for found in allow if not isinstance(found, str)]
        self._hidden = [found for found in deny if not isinstance(found, str)]
        known = os.environ if environment is None else environment
        own = {
            value
            for name, value in known.items()
            if len(value) >= _SHORTEST
            and name != _FOLDER
            and self._says(name) in (Says.DOUBTFUL, Says.SECRET)
        }
        self._own = sorted(own, key=len, reverse=True)
        self._names: dict[str, _Key] = {}
        self.plain: set[str] = set()  # names that say nothing and are no secrets themselves
        self._harmless: set[str] = set()  # short texts, most of which come again and again

    def key(self, name: str) -> str:
        """A key or field name as it may be stored: itself, unless it is a secret."""
        return self._named(name).shown

    def weighs(self, name: str) -> bool:
        """Whether a key or field of this name may make a secret of more than texts."""
        said = self._named(name).says
        return said is Says.SECRET or said in CODES

    def hides(self, name: str, value: object) -> bool:
        """Whether a value is secret, to any depth, because of the key or field it stands under."""
        said = self._named(name).says
        if said in CODES:
            text = str(value) if type(value) is int and 0 < value < _LARGEST_CODE else value
            return type(text) is str and is_code(text, said)
        return said is Says.SECRET

    def named(self, name: str, text: str) -> str:
        """A text that stands under the key or field `name`."""
        is_doubtful = self._named(name).says is Says.DOUBTFUL
        if not text or not (_is_opaque(text) if is_doubtful else self.hides(name, text)):
            return self.text(text)
        return self._mark("name", text)

    def text(self, text: str) -> str:
        """A text of any origin."""
        is_short = len(text) <= _SHORT
        if len(text) < _SHORTEST or (is_short and text in self._harmless):
            return text
        for secret in self._own:
            if secret in text:
                text = text.replace(secret, self._mark("env", secret))
        for pattern in self._hidden:
            text = pattern.sub(lambda found: self._mark("denied", found[0]), text)
        if spans := shaped(text) + assigned(text, self._says):
            return self._without(text, spans)
        if is_short and len(text) <= _SHORT and len(self._harmless) < _MOST_NAMES:
            self._harmless.add(text)
        return text

    def hidden(self, name: str, value: JSON) -> JSON:
        """A value under a secret name, to any depth: no text or number in it stays."""
        if value is None or isinstance(value, bool) or value == "":
            return value
        if isinstance(value, list):
            return [self.hidden(name, item) for item in value]
        if isinstance(value, dict) and MARK not in value:
            return {self.key(key): self.hidden(name, item) for key, item in value.items()}
        return self._mark("name", value if isinstance(value, str) else orjson.dumps(value).decode())

    def beside(self, value: object) -> str | int | None:
        """Where a value stands beside its secret name: `["Cookie", ...]`, `{"name":, "value":}`."""
        if isinstance(value, list):
            is_pair = len(value) == 2 and isinstance(value[0], str) and self.hides(*value)
            return 1 if is_pair else None
        if isinstance(value, dict) and ("value" in value or "Value" in value):
            for name, other in _PAIRS:
                of = value.get(name)
                if other in value and isinstance(of, str) and self.hides(of, value[other]):
                    return other
        return None

    def value(self, value: JSON, name: str = "") -> JSON:
        """A JSON value with the texts in it replaced; keys stay, unless they are secrets."""
        if name and self.hides(name, value):
            return self.hidden(name, value)
        if isinstance(value, str):
            return self.named(name, value) if name else self.text(value)
        if isinstance(value, dict):
            at = self.beside(value)
            return {
                self.key(key): self.hidden("", item) if key == at else self.value(item, key)
                for key, item in value.items()
            }
        if isinstance(value, list):
            at = self.beside(value)
            return [
                self.hidden("", item) if place == at else self.value(item, name)
                for place, item in enumerate(value)
            ]
        return value

    def _without(self, text: str, spans: list[Span]) -> str:
        """A text with what stands in `spans` replaced; those that overlap count as one."""
        joined: list[Span] = []
        for span in sorted(spans):
            if joined and span.start < joined[-1].end:
                joined[-1] = joined[-1]._replace(end=max(joined[-1].end, span.end))
            else:
                joined.append(span)
        parts: list[str] = []
        done = 0
        for start, end, kind, quote in joined:
            parts += text[done:start], quote, self._mark(kind, text[start:end]), quote
            done = end
        return "".join(parts) + text[done:]

    def _mark(self, kind: str, secret: str) -> str:
        if secret.startswith("[redacted:") or any(each.search(secret) for each in self._shown):
            return secret
        self.found[kind] += 1
        data = secret.encode("utf-8", "surrogatepass")
        digest = blake2b(data, key=self._key, digest_size=2).hexdigest()
        return f"[redacted:{kind.replace('_', '-')}:{digest}]"

    def _named(self, name: str) -> _Key:
        found = self._names.get(name)
        if found is None:
            found = _Key(self._says(name), self.text(name))
            if len(self._names) < _MOST_NAMES:
                self._names[name] = found
                if found.shown == name and found.says in (Says.HARMLESS, Says.PARAMETER):
                    self.plain.add(name)
        return found

    def _weighed(self, name: str) -> Says:
        short = short_form(name)
        if any(fnmatchcase(short, glob) for glob in self._allowed):
            return Says.HARMLESS
        if any(fnmatchcase(short, glob) for glob in self._denied):
            return Says.SECRET
        return says(name)


def _each(wishes: Wish | Collection[Wish]) -> Collection[Wish]:
    """One or several; a text alone is one, not its letters."""
    return (wishes,) if isinstance(wishes, str | re.Pattern) else wishes


def _glob(name: str) -> str:
    return _NOT_IN_GLOB.sub("", name.lower())


def _is_opaque(text: str) -> bool:
    """Whether text under a doubtful name is a secret: `token` may well be a word of a sentence."""
    return len(text) >= _SHORTEST and " " not in text
