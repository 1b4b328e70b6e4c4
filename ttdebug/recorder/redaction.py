"""Hiding secrets before anything is compared, hashed or written.

A secret becomes `[redacted:KIND:xxxx]`; xxxx is a hash keyed per recording, so that one can see
where a secret is the same or has changed, and nothing about what it is.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Mapping
from hashlib import blake2b
from typing import Final

_SECRET_NAME: Final = re.compile(
    r"(password|passwd|passphrase|secret|secretkey|apikey|accesskey|accesskeyid|privatekey|authkey"
    r"|(access|auth|refresh|bearer|session|id|api|bot|github|gitlab|slack|hf)token"
    r"|authorization|setcookie|cookie|credentials?|connectionstring|clientsecret|webhooksecret)$"
)
_SHORT_NAME: Final = re.compile(r"^(pwd|dsn|token)$")
_NOT_IN_NAME: Final = re.compile(r"[^a-z0-9]")
_SHORTEST: Final = 8  # characters of a value from the environment that is worth looking for

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
_HINT: Final = re.compile(
    r"PRIVATE KEY|eyJ|[spr]k[-_]|AIza|A[KSBC][IC]A|gh[pousr]_|github_pat|gl[pdr]t?[at]?t?-|xox"
    r"|slack\.com|npm_|pypi-|hf_|SG\.|earer |asic |://|=",
)


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
            if len(value) >= _SHORTEST and _is_secret_name(name)
        }
        longest_first = sorted(secrets, key=len, reverse=True)
        self._own = re.compile("|".join(map(re.escape, longest_first))) if secrets else None

    def named(self, name: str, text: str) -> str:
        """A text that stands under the key or field `name`."""
        if not text or text.startswith("[redacted:") or not _is_secret_name(name, text):
            return self.text(text)
        return self._mark("name", text)

    def text(self, text: str) -> str:
        """A text of any origin."""
        if self._own is not None and self._own.search(text):
            text = self._own.sub(lambda match: self._mark("env", match.group()), text)
        if _HINT.search(text):
            return _PATTERNS.sub(
                lambda found: self._mark(str(found.lastgroup), found.group()), text
            )
        return text

    def _mark(self, kind: str, secret: str) -> str:
        if secret.startswith("[redacted:"):
            return secret
        self.found[kind] += 1
        data = secret.encode("utf-8", "surrogatepass")
        digest = blake2b(data, key=self._key, digest_size=2).hexdigest()
        return f"[redacted:{kind.replace('_', '-')}:{digest}]"


def _is_secret_name(name: str, text: str = "") -> bool:
    short = _NOT_IN_NAME.sub("", name.lower())
    if _SECRET_NAME.search(short):
        return True
    # `token` may well be a word of a text; a secret is long and has no spaces
    return bool(_SHORT_NAME.match(short)) and len(text) >= _SHORTEST and " " not in text
