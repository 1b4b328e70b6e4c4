"""How secrets look that are one by themselves, whatever stands around them.

A text of a megabyte is searched while the agent waits. So every pattern begins with a few signs as
they are, from where `re` goes on at the speed of memory, and asks only then what stands before
them; and all that a pattern reads before it is sure to match is bounded, or is read from one place
only, so that no text takes more than time in proportion to its length.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

LONG: Final = 2000  # characters of a text for which searching is faster than asking for a hint


class Span(NamedTuple):
    """Where a secret stands in a text, its kind, and quotes that a number there needs as a text."""

    start: int
    end: int
    kind: str
    quote: str = ""


class Look(NamedTuple):
    """One way secrets look: `hint` stands in each of them, or right before it.

    The pattern has a group for each kind in `kinds`: a secret goes from where that begins to the
    end of the match.
    """

    hint: str
    pattern: re.Pattern[str]
    kinds: tuple[str, ...]


class _Token(NamedTuple):
    """Tokens of a service: any of `heads`, any of `signs`, and a body."""

    kind: str
    heads: str
    signs: str
    body: str


_TOKENS: Final = (
    _Token("api_key", "sk pk rk", "-_", r"[A-Za-z0-9_-]{16,}"),
    _Token("api_key", "gsk r8 xai nvapi tvly pplx fw lsv2_pt lsv2_sk", "-_", r"[A-Za-z0-9_-]{20,}"),
    _Token("api_key", "whsec", "_", r"[A-Za-z0-9+/]{16,}"),
    _Token("google_token", "GOCSPX", "-", r"[\w-]{20,}"),
    _Token("github_token", "ghp gho ghu ghs ghr", "_", r"\w{30,}"),
    _Token("github_token", "github_pat", "_", r"\w{40,}"),
    _Token("gitlab_token", "glpat glptt gldt glrt", "-", r"[\w-]{16,}"),
    _Token("slack_token", "xoxa xoxb xoxe xoxo xoxp xoxr xoxs", "-", r"[\w-]{10,}"),
    _Token("service_token", "dop_v1", "_", r"[a-f0-9]{40,}"),
    _Token("service_token", "shpat", "_", r"[a-f0-9]{30,}"),
    _Token("service_token", "dckr_pat", "_", r"[\w-]{20,}"),
    _Token("service_token", "glsa", "_", r"\w{30,}"),
    _Token("service_token", "AGE-SECRET-KEY", "-", r"1[A-Z0-9]{50,}"),
    _Token("package_token", "npm", "_", r"\w{30,}"),
    _Token("package_token", "pypi", "-", r"[\w-]{40,}"),
    _Token("package_token", "hf", "_", r"[A-Za-z0-9]{30,}"),
)


def _tokens(sign: str) -> Look:
    """Tokens with a sign after their heads; what stands around it rules most others out."""
    found = [
        (token.kind, head, token.body)
        for token in _TOKENS
        if sign in token.signs
        for head in token.heads.split()
    ]
    ends = "|".join(sorted({head[-2:] for _, head, _ in found}))
    bodies = "|".join(rf"(?<=(\b{head}{sign})){body}" for _, head, body in found)
    pattern = rf"{sign}(?<=(?:{ends}){sign})(?=[\w+/-]{{10}})(?:{bodies})"
    return Look(sign, re.compile(pattern), tuple(kind for kind, _, _ in found))


def _look(kind: str, hint: str, pattern: str) -> Look:
    return Look(hint, re.compile(pattern, re.DOTALL), (kind,))


# By a sign that stands in each of them, so that most texts are asked for few hints.
LOOKS: Final = (
    ("_", (_tokens("_"),)),
    (
        "-",
        (
            _tokens("-"),
            _look(
                "private_key",
                "-----BEGIN ",
                r"(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----)"
                r".*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\Z)",
            ),
        ),
    ),
    (
        " -",
        (
            # what is given to commands: curl -u me:hunter22, mysql -phunter22
            _look(
                "login",
                "curl",
                r"curl(?<!\wcurl)\s[^\n]{0,200}?(?:-u|--user)[ =]?[^\s:\"']{1,60}:([^\s\"'$]{4,})",
            ),
            *(
                _look(
                    "login",
                    client,
                    rf"{client}(?:dump|admin|import|check|-dump|-admin)?\s(?:[^\n;|&]{{0,200}}?\s)?"
                    r"-p[\"']?(?!\d+:\d)([^\s\"'$]{3,})",
                )
                for client in ("mysql", "mariadb")
            ),
            _look("login", "sshpass", r"sshpass\s{1,3}-p\s?[\"']?([^\s\"'$]{3,})"),
        ),
    ),
    (
        ".",
        (
            _look("google_token", "ya29.", r"ya29\.(?<=(\bya29\.))[\w-]{20,}"),
            _look("service_token", "hvs.", r"hvs\.(?<=(\bhvs\.))[\w-]{20,}"),
            _look("sendgrid_key", "SG.", r"SG\.(?<=(\bSG\.))[\w-]{16,200}\.[\w-]{16,}"),
            _look("slack_token", "hooks.slack.com", r"(hooks\.slack\.com/services/[\w/]{20,})"),
        ),
    ),
    (
        ".eyJ",
        (
            _look("jwt", "eyJ", r"(eyJ(?<![\w-]eyJ))[\w-]{8,}+\.eyJ[\w-]{8,}+\.[\w-]*"),
            _look("jwt", ".eyJ", r"\.(eyJ[\w-]{8,})\.[\w-]*"),
        ),
    ),
    (
        ":",
        (
            _look("url_password", "://", r"://([^\s/:@\"'<>]{0,200}:[^\s/@\"'<>]++)(?=@)"),
            Look(
                ":AA",
                re.compile(
                    r":AA(?:(?<=(\b\d{8}:AA))|(?<=(\b\d{9}:AA))|(?<=(\b\d{10}:AA)))[\w-]{32,}"
                ),
                ("service_token",) * 3,
            ),
        ),
    ),
    (
        " ",
        (
            _look("bearer", "earer ", r"earer (?<=[Bb]earer )([\w.~+/-]{16,}=*)"),
            _look(
                "bearer",
                "asic ",
                r"asic (?<=[Bb]asic )(?=[a-z+/]{0,200}[A-Z0-9])([A-Za-z0-9+/]{12,}=*)",
            ),
        ),
    ),
    (
        " code",
        (
            *(
                _look(
                    "said_code",
                    end,
                    rf"{end}(?<=\b{start}{end})(?:\s?:| is)\s?(\d{{4,8}})(?!\w|\.\d)",
                )
                for start, end in (("[Vv]eri", "fication code"), ("[Oo]ne", "-time code"))
            ),
        ),
    ),
    (
        "A",
        (
            _look("aws_key", "A", r"A(?<=(\bA))(?:KI|SI|BI|CC)A[A-Z0-9]{16}\b"),
            _look("api_key", "AIza", r"AIza(?<=(\bAIza))[\w-]{30,}"),
            _look("service_token", "ATATT3x", r"ATATT3x(?<=(\bATATT3x))[\w=-]{30,}"),
        ),
    ),
    ("SK", (_look("service_token", "SK", r"SK(?<=(\bSK))[0-9a-f]{32}\b"),)),
)


def shaped(text: str) -> list[Span]:
    """The secrets in a text that look like one, in no order; they may overlap."""
    found: list[Span] = []
    is_long = len(text) > LONG
    for sign, looks in LOOKS:
        if sign in text:
            for hint, pattern, kinds in looks:
                if is_long or hint in text:
                    for match in pattern.finditer(text):
                        at = match.lastindex or 1
                        found.append(Span(match.start(at), match.end(), kinds[at - 1]))
    return found
