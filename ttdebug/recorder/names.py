"""Names that secrets stand under: what a key, field or variable says about its value."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

_NOT_IN_NAME: Final = re.compile(r"[^a-z0-9]")

# Of names without anything but letters and digits, in lower case.
_SECRET: Final = re.compile(
    r"(passwords?|passwd|passphrase|passcodes?|secrets?|secretkey|apikeys?|accesskey|accesskeyid"
    r"|privatekey|authkey|accountkey|(access|auth|refresh|bearer|session|id|api|bot|github|gitlab|slack|hf)"
    r"tokens?|authorization|setcookie|cookies?|credentials?|connectionstring"
    r"|(backup|recovery|onetime)codes?)$"
)
_DOUBTFUL: Final = re.compile(r"^((db|user)?pass|pwd|dsn|auth|token)$")
_PARAMETER: Final = re.compile(r"(token|^sig|signature)$")

# Of names as they are, since `card_pin` and `cardPin` name a pin, and `spin` does not. What stands
# there is secret only if it has as many digits as such codes: a pin of a board has fewer, the id
# of a pinned item more.
_CODE: Final = re.compile(
    r"(?:(?:^|[^A-Za-z])(?i:m?pin|t?otp)|(?<=[a-z])(?:PIN|Pin|OTP|Otp))(?i:[_-]?(?:number|value))?$"
    r"|(?i:(?:verification|authentication|access|login|unlock|sms|mfa|[t2]fa|t?otp)[_-]?code)$"
    r"|(?i:two[_-]?factor[_-]?code)$"
)
_CARD_CODE: Final = re.compile(
    r"(?:(?:^|[^A-Za-z])(?i:cv[vc]2?)|(?<=[a-z])(?:CV[VC]2?|Cv[vc]2?))"
    r"(?i:[_-]?(?:code|number|value))?$"
    r"|(?i:card[_-]?(?:security|verification)[_-]?(?:code|number|value))$"
)


class Says(Enum):
    """What the name of a value says about it."""

    HARMLESS = 0
    PARAMETER = 1  # secret in a query or assignment, not as a key
    DOUBTFUL = 2  # secret if it looks like one
    CODE = 3  # secret if it is a code of some digits
    CARD_CODE = 4
    SECRET = 5


CODES: Final = {
    Says.CODE: re.compile(r"\d{4,8}|\d{3}[ -]\d{3}|\d{4}[ -]\d{4}", re.ASCII),
    Says.CARD_CODE: re.compile(r"\d{3,4}", re.ASCII),
}


def says(name: str) -> Says:
    """What a name says, written in any way: `api_key`, `apiKey`, `X-Api-Key`."""
    short = short_form(name)
    if _SECRET.search(short):
        return Says.SECRET
    if _DOUBTFUL.match(short):
        return Says.DOUBTFUL
    if _CARD_CODE.search(name):
        return Says.CARD_CODE
    if _CODE.search(name):
        return Says.CODE
    return Says.PARAMETER if _PARAMETER.search(short) else Says.HARMLESS


def is_code(text: str, said: Says) -> bool:
    """Whether a text is, in full, a code of the kind that its name says."""
    return said in CODES and CODES[said].fullmatch(text) is not None


def short_form(name: str) -> str:
    """Its letters and digits, in lower case."""
    return _NOT_IN_NAME.sub("", name.lower())
