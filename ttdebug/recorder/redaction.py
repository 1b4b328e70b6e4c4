"""Hiding secrets before anything is compared, hashed or written.

A secret becomes `[redacted:KIND:xxxx]`; xxxx is a hash keyed per recording, so that one can see
where a secret is the same or has changed, and nothing about what it is.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Mapping
from enum import Enum
from hashlib import blake2b
from typing import Final

from ttdebug.model import JSON

_SECRET_NAME: Final = re.compile(
    r"(password|passwd|passphrase|secret|secretkey|apikey|accesskey|accesskeyid|privatekey|authkey"
    r"|(access|auth|refresh|bearer|session|id|api|bot|github|gitlab|slack|hf)token"
    r"|authorization|setcookie|cookie|credentials?|connectionstring|clientsecret|webhooksecret)$"
)
_SHORT_NAME: Final = re.compile(r"^(pwd|dsn|token)$")
_FOLDER: Final = "PWD"  # to a shell no password, but where it is
_NOT_IN_NAME: Final = re.compile(r"[^a-z0-9]")
_SHORTEST: Final = 8  # characters of a secret that nothing but its name gives away

# Each alternative is named after the kind of secret it finds.
_PATTERNS: Final = re.compile(
    r"(?P<private_key>-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z))"
    r"|(?P<jwt>\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*)"
    r"|(?P<api_key>\b(?:sk|pk|rk)[-_](?:[a-z]{2,10}[-_])*[A-Za-z0-9_-]{16,}|\bAIza[\w-]{30,})"
    r"|(?P<aws_key>\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b)"
    r"|(?P<github_token>\bgh[pousr]_\w{30,}|\bgithub_pat_\w{40,})"
    r"|(?P<gitlab_token>\bgl(?:pat|ptt|dt|rt)-[\w-]{16,})"
    r"|(?P<slack_token>\bxox[abeoprs]-[\w-]{10,}|hooks\.slack\.com/services/[\w/]{20,})"
    r"|(?P<package_token>\bnpm_\w{30,}|\bpypi-[\w-]{40,}|\bhf_[A-Za-z0-9]{30,})"
    r"|(?P<sendgrid_key>\bSG\.[\w-]{16,}\.[\w-]{16,})"
    r"|(?P<bearer>(?<=[Bb]earer )[\w.~+/-]{16,}=*|(?<=[Bb]asic )[A-Za-z0-9+/]{12,}=*)"
    r"|(?P<url_password>(?<=://)[^\s/:@]*:[^\s/@]+(?=@))"
    r"|(?P<assignment>(?:(?<=password=)|(?<=passwd=)|(?<=api_key=)|(?<=apikey=)|(?<=token=)"
    r"|(?<=secret=))[^\s&\"',;]{6,})",
    re.DOTALL,
)
# One of these stands in every match, so that most texts are never searched.
_HINTS: Final = (
    "://", "=", "sk-", "sk_", "pk_", "rk_", "pk-", "rk-", "earer ", "asic ", "eyJ", "AIza", "AKIA",
    "ASIA", "ABIA", "ACCA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-",
    "glptt-", "gldt-", "glrt-", "xox", "slack.com", "npm_", "pypi-", "hf_", "SG.", "PRIVATE KEY",
)  # fmt: skip
_SHORT: Final = 32  # characters
_MOST_NAMES: Final = 4096  # remembered as secret or not, and as many short texts as harmless


class _Name(Enum):
    """What the name of a value says about it."""

    HARMLESS = 0
    DOUBTFUL = 1
    SECRET = 2


class Redactor:
    """Replaces what it recognises by name, by pattern, or as a secret of this process."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        """`environment` are variables whose secret-looking ones are hidden wherever they occur."""
        self.found: Counter[str] = Counter()
        self._key = os.urandom(16)
        known = os.environ if environment is None else environment
        secrets = {
            value
            for name, value in known.items()
            if len(value) >= _SHORTEST
            and name != _FOLDER
            and _kind_of_name(name) is not _Name.HARMLESS
        }
        longest_first = sorted(secrets, key=len, reverse=True)
        self._own = longest_first
        self._names: dict[str, _Name] = {}
        self._harmless: set[str] = set()  # short texts, most of which come again and again

    def named(self, name: str, text: str) -> str:
        """A text that stands under the key or field `name`."""
        kind = self._names.get(name)
        if kind is None:
            kind = _kind_of_name(name)
            if len(self._names) < _MOST_NAMES:
                self._names[name] = kind
        if kind is _Name.HARMLESS or not text or (kind is _Name.DOUBTFUL and not _is_opaque(text)):
            return self.text(text)
        return self._mark("name", text)

    def text(self, text: str) -> str:
        """A text of any origin."""
        if len(text) < _SHORTEST or text in self._harmless:
            return text
        for secret in self._own:
            if secret in text:
                text = text.replace(secret, self._mark("env", secret))
        for hint in _HINTS:
            if hint in text:
                return _PATTERNS.sub(lambda found: self._mark(str(found.lastgroup), found[0]), text)
        if len(text) <= _SHORT and len(self._harmless) < _MOST_NAMES:
            self._harmless.add(text)
        return text

    def value(self, value: JSON, name: str = "") -> JSON:
        """A JSON value with the texts in it replaced; keys stay, unless they are secrets."""
        if isinstance(value, str):
            return self.named(name, value) if name else self.text(value)
        if isinstance(value, dict):
            return {self.text(key): self.value(item, key) for key, item in value.items()}
        if isinstance(value, list):
            return [self.value(item, name) for item in value]
        return value

    def _mark(self, kind: str, secret: str) -> str:
        if secret.startswith("[redacted:"):
            return secret
        self.found[kind] += 1
        data = secret.encode("utf-8", "surrogatepass")
        digest = blake2b(data, key=self._key, digest_size=2).hexdigest()
        return f"[redacted:{kind.replace('_', '-')}:{digest}]"


def _kind_of_name(name: str) -> _Name:
    short = _NOT_IN_NAME.sub("", name.lower())
    if _SECRET_NAME.search(short):
        return _Name.SECRET
    return _Name.DOUBTFUL if _SHORT_NAME.match(short) else _Name.HARMLESS


def _is_opaque(text: str) -> bool:
    """Whether text under a doubtful name is a secret: `token` may well be a word of a sentence."""
    return len(text) >= _SHORTEST and " " not in text
