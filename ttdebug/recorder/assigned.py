"""Secrets in texts that their names give away: `api_key = "..."`, `{"token": "..."}`, `pwd is ...`.

What is code, a call or a placeholder stays: `token = None`, `secret = read()`, `"$PASSWORD"`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from ttdebug.recorder.names import CODES, Says, is_code
from ttdebug.recorder.secrets import LONG, Span

_LONGEST: Final = 64  # characters of a name
_SHORTEST: Final = 4  # characters of a secret in quotes
_OPTION_SHORTEST: Final = 6  # characters of one that is given to a command
_OPAQUE: Final = 8  # characters of one under a doubtful name
_DOTTED_I: Final = "\u0130"  # the only letter that takes more room in lower case


def _names(words: str, pattern: str) -> tuple[tuple[str, ...], re.Pattern[str]]:
    """How to find names with one of some words: from there to what tells that a value follows."""
    rest = r"[\w-]{0,16}+(?=[\\\"'\]]{0,6}\s{0,3}(?:[:=]|is\b))"
    return tuple(words.split()), re.compile(pattern + rest)


# Every name that says something is found by one of these, and by one of the first if it is one
# after which people say "is". How many tokens there are is told too often to be asked about; a
# `key` or `code` alone says nothing.
_SAID_NAMES: Final = (
    _names("pass pwd pin", "p(?:ass|wd|in)"),
    _names("secret", "secret"),
    _names("otp", "otp"),
    _names("cv", "cv"),
)
_NAMES: Final = (
    *_SAID_NAMES,
    _names("token", r"token(?!s\\{0,3}\": ?\d)"),
    _names("key", r"key(?<=[\w-]key)"),
    _names(
        "code cookie credential connection", r"c(?:ode(?<=[\w-]code)|ookie|redential|onnection)"
    ),
    _names("auth", "auth"),
    _names("dsn", "dsn"),
    _names("sig", "sig"),
)
_BACKWARDS: Final = re.compile(rf"[\w-]{{0,{_LONGEST}}}")

# What follows a name: its own closing quote, as many backslashes before it as JSON within JSON
# takes, and a bracket.
_CLOSED: Final = r"(?P<closed>\\{0,3}[\"']?\]?)"
_QUOTED: Final = re.compile(
    rf"{_CLOSED}\s{{0,3}}(?::\s?[A-Za-z][\w.|\[\] ]{{0,40}}=|:?=>?|:)\s{{0,3}}[rbfuRBFU]{{0,2}}"
    r"(?P<quote>\\{0,3}[\"'])(?P<value>[^\n]*?)(?<!\\)(?P=quote)"
)
_NUMBER: Final = re.compile(r"(?P<quote>\\{0,3}[\"'])\s?:\s?(?P<value>\d{3,40}+)(?!\w|\.\d)")
_PLACEHOLDER: Final = re.compile(
    r"(?:(?:bearer|basic|token|bot) ?)?"
    r"(?:\$\w+|\$?\{.*\}|\$\(.*\)|<.*>|%.{0,40}[s%]|\*+|\.+|x+|\[redacted:.*\]"
    r"|none|null|true|false|string|optional|required)?",
    re.IGNORECASE,
)
_NO_VALUE: Final = tuple(" \t,;)]}+")  # a quote before one of these closes a text
_ATTRIBUTE: Final = re.compile(r"(?:[a-z_]+\d?\.)+[a-z_]+\d?")


class _Form(NamedTuple):
    """A secret that is not in quotes: the names it stands under, and the pattern after those."""

    kind: str
    says: frozenset[Says]
    name: re.Pattern[str]
    pattern: re.Pattern[str]


def _form(kind: str, says: tuple[Says, ...], name: str, pattern: str) -> _Form:
    return _Form(kind, frozenset(says), re.compile(name), re.compile(pattern))


_SECRET: Final = (Says.SECRET,)
_LOOSE: Final = (Says.DOUBTFUL, Says.PARAMETER)
_A_DIGIT: Final = r"(?=[^\s\"'&;,(){}\[\]<>]{0,80}\d)"
_ASSIGNED: Final = rf"=[\"']?(?P<value>{_A_DIGIT}[^\s\"'&;,(){{}}\[\]<>$]{{6,}}+)(?![(\[])"
_FORMS: Final = (
    _form(
        "cookie", _SECRET, r"(?i)cookies?$", r":\s{0,3}(?P<value>\w[^\s=]{0,100}=[^\r\n\"']{6,})"
    ),
    _form(
        "header",
        _SECRET,
        r"(?i)authorization$",
        r":\s?(?:(?i:bearer|basic|token|bot|digest|api-?key)\s{1,2})?"
        rf"(?P<value>{_A_DIGIT}[^\s\"'<>{{}}$]{{6,}}|[^\s\"'<>{{}}$]{{16,}})",
    ),
    _form(
        "header",
        (Says.SECRET, Says.DOUBTFUL),
        "",
        r"(?::\s|\s{1,3}=\s{0,3})"
        r"(?P<value>(?=[\w.~+/-]{0,80}\d)(?![/.])[\w.~+/-]{16,}+=*)(?![(\[])",
    ),
    _form("query", (*_SECRET, *_LOOSE), r"^[?&;]", r"=(?P<value>[^\s\"'&;,<>{}$]{6,})"),
    _form("variable", _SECRET, r"^[^a-z]+$", r"=[\"']?(?P<value>[^\s\"'&;,<>{}$(]{6,}+)(?!\()"),
    _form("assignment", _SECRET, "", _ASSIGNED),
    _form("assignment", _LOOSE, r"(?i)token$", _ASSIGNED),
    _form(
        "said",
        (Says.SECRET, Says.DOUBTFUL),
        r"(?i)(?:pass(?:word|wd|phrase|code)|pwd|secret)$",
        r"(?:\s?[:=]|\sis:?)\s?[\"'`*]{0,2}"
        r"(?P<value>(?=[^\s\"']{0,80}\d)[^\s\"'`*<>(){}\[\]$/\\]{6,}+)(?![(\[])",
    ),
    _form("query", tuple(CODES), r"^[?&;]", r"=(?P<value>\d{3,8}+)(?!\w|\.\d)"),
    _form(
        "said_code",
        tuple(CODES),
        r"^[^a-z]+$",
        r"(?:\s?:|\sis:?)\s?(?P<value>\d{4,8}+)(?!\w|\.\d)",
    ),
)
_OPTION: Final = re.compile(
    r"--(?P<name>\w[\w-]{1,40}+)[ =](?P<value>(?=\S{0,80}\d)[^\s\"'<>$]{3,})"
)
_OPTION_NAME: Final = re.compile(r"(?i)(?:token|pass)$")


def assigned(text: str, says: Callable[[str], Says]) -> list[Span]:
    """The secrets in a text that stand after their names, in no order; they may overlap.

    `says` is asked for what a name says.
    """
    found: list[Span] = []
    names = _NAMES if ":" in text or "=" in text else _SAID_NAMES if " is" in text else ()
    if names:
        lower = text.lower()
        if len(lower) != len(text):
            lower = text.replace(_DOTTED_I, "i").lower()
        is_long = len(text) > LONG
        for words, pattern in names:
            for word in words:
                if is_long or word in lower:
                    found += _named(text, pattern.finditer(lower), says)
                    break
    if "--" in text:
        for match in _OPTION.finditer(text):
            name, value = match.groups()
            said = says(name)
            is_named = said is Says.SECRET or (said in _LOOSE and _OPTION_NAME.search(name))
            if is_code(value, said) or (is_named and len(value) >= _OPTION_SHORTEST):
                found.append(Span(*match.span("value"), "option"))
    return found


def _named(
    text: str, names: Iterable[re.Match[str]], says: Callable[[str], Says]
) -> Iterator[Span]:
    done = 0
    for name in names:
        end = name.end()
        if end + _LONGEST < done:  # in a secret, which may go on for long
            continue
        start = _start(text, name.start())
        if (said := says(text[start:end])) is not Says.HARMLESS:
            for span in _after(text, start, end, said):
                done = span.end
                yield span


def _start(text: str, at: int) -> int:
    """Where the name begins of which a word stands at `at`."""
    before = text[max(0, at - _LONGEST) : at]
    found = _BACKWARDS.match(before[::-1])
    return at - found.end() if found else at


def _after(text: str, start: int, end: int, said: Says) -> list[Span]:
    """The secret that follows the name at `start`, which says something, if there is one."""
    quoted = _QUOTED.match(text, end)
    if quoted and _is_secret(quoted["value"], said, is_key=bool(quoted["closed"])):
        return [Span(*quoted.span("value"), "quoted")]
    number = _NUMBER.match(text, end)
    if number and (said is Says.SECRET or is_code(number["value"], said)):
        return [Span(*number.span("value"), "quoted", number["quote"])]
    named = text[max(0, start - 1) : end]
    for form in _FORMS:
        if said in form.says and form.name.search(named):
            found = form.pattern.match(text, end)
            if found and not _ATTRIBUTE.fullmatch(found["value"]):
                return [Span(*found.span("value"), form.kind)]
    return []


def _is_secret(value: str, said: Says, *, is_key: bool) -> bool:
    """Whether what stands in quotes is one; `is_key` if its name is in quotes or brackets too."""
    if said is Says.SECRET:
        is_like_one = len(value) >= _SHORTEST and (is_key or not value.startswith(_NO_VALUE))
    elif said is Says.DOUBTFUL:
        is_like_one = len(value) >= _OPAQUE and " " not in value and value[0] not in "/."
    else:
        return is_code(value, said)
    return is_like_one and not _PLACEHOLDER.fullmatch(value)
