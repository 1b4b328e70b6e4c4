"""How secrets look: the names they stand under, and the texts that are one by themselves."""

from __future__ import annotations

import re
from typing import Final

_WORDS: Final = (
    r"pass[_-]?(?:word|wd|phrase|code)|secret|api[_-]?key|access[_-]?key(?:[_-]?id)?"
    r"|private[_-]?key|account[_-]?key|auth[_-]?key"
    r"|(?:access|auth|refresh|bearer|session|id|api|bot|github|gitlab|slack|hf)[_-]?token"
)

# Of names without anything but letters and digits, in lower case.
NAME: Final = re.compile(
    r"(passwords?|passwd|passphrase|passcodes?|secrets?|secretkey|apikeys?|accesskey|accesskeyid"
    r"|privatekey|authkey|accountkey|(access|auth|refresh|bearer|session|id|api|bot|github|gitlab|slack|hf)"
    r"tokens?|authorization|setcookie|cookies?|credentials?|connectionstring"
    r"|(backup|recovery|onetime)codes?)$"
)
DOUBTFUL_NAME: Final = re.compile(r"^((db|user)?pass|pwd|dsn|auth|token)$")

# Of names as they are, since `card_pin` and `cardPin` name a pin, and `spin` does not. What stands
# there is secret only if it has as many digits as such codes: a pin of a board has fewer, the id
# of a pinned item more.
CODE_NAME: Final = re.compile(
    r"(?:(?:^|[^A-Za-z])(?i:m?pin|t?otp)|(?<=[a-z])(?:PIN|Pin|OTP|Otp))(?i:[_-]?(?:number|value))?$"
    r"|(?i:(?:verification|authentication|access|login|unlock|sms|mfa|[t2]fa|t?otp)[_-]?code)$"
    r"|(?i:two[_-]?factor[_-]?code)$"
)
CODE: Final = re.compile(r"\d{4,8}|\d{3}[ -]\d{3}|\d{4}[ -]\d{4}", re.ASCII)
CARD_CODE_NAME: Final = re.compile(
    r"(?:(?:^|[^A-Za-z])(?i:cv[vc]2?)|(?<=[a-z])(?:CV[VC]2?|Cv[vc]2?))"
    r"(?i:[_-]?(?:code|number|value))?$"
    r"|(?i:card[_-]?(?:security|verification)[_-]?(?:code|number|value))$"
)
CARD_CODE: Final = re.compile(r"\d{3,4}", re.ASCII)

# Each alternative has one group, named after the kind of secret it finds; what it matches before
# that group stays. A number stands without the quotes that a text would have there.
TEXT: Final = re.compile(
    r"(?P<private_key>-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z))"
    r"|(?P<jwt>\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*)"
    r"|(?P<api_key>\b(?:sk|pk|rk)[-_](?:[a-z]{2,10}[-_])*[A-Za-z0-9_-]{16,}|\bAIza[\w-]{30,}"
    r"|\b(?:gsk|r8|xai|nvapi|tvly|pplx|fw|lsv2_pt|lsv2_sk)[-_][A-Za-z0-9_-]{20,}"
    r"|\bwhsec_[A-Za-z0-9+/]{16,})"
    r"|(?P<aws_key>\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b)"
    r"|(?P<google_token>\bya29\.[\w-]{20,}|\bGOCSPX-[\w-]{20,})"
    r"|(?P<github_token>\bgh[pousr]_\w{30,}|\bgithub_pat_\w{40,})"
    r"|(?P<gitlab_token>\bgl(?:pat|ptt|dt|rt)-[\w-]{16,})"
    r"|(?P<slack_token>\bxox[abeoprs]-[\w-]{10,}|hooks\.slack\.com/services/[\w/]{20,})"
    r"|(?P<service_token>\bhvs\.[\w-]{20,}|\bdop_v1_[a-f0-9]{40,}|\bshpat_[a-f0-9]{30,}"
    r"|\bdckr_pat_[\w-]{20,}|\bglsa_\w{30,}|\bATATT3x[\w=-]{30,}|\b\d{8,10}:AA[\w-]{32,}"
    r"|\bSK[0-9a-f]{32}\b|\bAGE-SECRET-KEY-1[A-Z0-9]{50,})"
    r"|(?P<package_token>\bnpm_\w{30,}|\bpypi-[\w-]{40,}|\bhf_[A-Za-z0-9]{30,})"
    r"|(?P<sendgrid_key>\bSG\.[\w-]{16,}\.[\w-]{16,})"
    r"|(?P<bearer>(?<=[Bb]earer )[\w.~+/-]{16,}=*"
    r"|(?<=[Bb]asic )(?=[a-z+/]*[A-Z0-9])[A-Za-z0-9+/]{12,}=*)"
    r"|(?P<url_password>(?<=://)[^\s/:@\"'<>]*:[^\s/@\"'<>]+(?=@))"
    r"|\b(?i:set-cookie|cookie):\s{0,3}(?P<cookie>\w[^\s=]*=[^\r\n\"']{6,})"
    # "password": "...", also inside of a text that is JSON within JSON
    rf"|(?i:{_WORDS})\\{{0,3}}[\"']\s?[:=]\s?\\{{0,3}}[\"']"
    r"(?P<quoted>[^\s\"'\\<>{}$]{6,})(?=\\{0,3}[\"'])"
    # "pin": "4711", and what a message says: your PIN is 4711
    r"|[\"'](?:(?:pin|otp|passcode)(?=[\\\"':\s]{0,12}\d{4})|cv[vc]2?(?=[\\\"':\s]{0,12}\d{3,4}\b))"
    r"(?P<quote>\\{0,3}[\"']):\s?(?:(?P=quote)(?P<code>\d{3,8})|(?P<number>\d{3,8}))(?!\w|\.\d)"
    r"|\b(?:PIN|OTP|CVV|[Vv]erification code|[Oo]ne-time code)(?:\s?:| is)\s?"
    r"(?P<said_code>\d{4,8})(?!\w|\.\d)"
    r"|(?:[?&;](?:pin|otp|passcode|cvv)=|--(?:pin|otp|passcode)[ =])"
    r"(?P<given_code>\d{3,8})(?!\w|\.\d)"
    rf"|(?i:{_WORDS}):\s(?P<header>(?=[\w.~+/-]*\d)[\w.~+/-]{{16,}}=*)"
    rf"|(?:{_WORDS.upper()})=[\"']?(?P<variable>[^\s\"'&;,<>{{}}$(]{{6,}})"
    rf"|[?&;](?i:{_WORDS}|token|sig|signature)=(?P<query>[^\s\"'&;,<>{{}}$]{{6,}})"
    rf"|(?:{_WORDS}|token)=[\"']?"
    r"(?P<assignment>(?=[^\s\"'&;,(){}\[\]<>]*\d)[^\s\"'&;,(){}\[\]<>$]{6,})"
    # what a person or a shell says: password: hunter22, --token x1y2z3, curl -u me:hunter22
    r"|\b(?i:pass(?:word|wd|phrase|code)|pwd|secret)(?:\s?[:=]| is)\s?"
    r"(?P<said>(?=[^\s\"']*\d)[^\s\"'<>(){}\[\]$/\\]{6,})"
    rf"|--(?i:{_WORDS}|token|pass)[ =](?P<option>(?=\S*\d)[^\s\"'<>$]{{6,}})"
    r"|\bcurl\s[^\n]{0,200}?(?:-u|--user)[ =]?[^\s:\"']{1,60}:"
    r"(?P<login>[^\s\"'$]{4,})",
    re.DOTALL,
)

# One of these stands in every match, if what is before them does, so that most texts are never
# searched, and few looked through for all of them.
_SAID: Final = (
    "assw", "ASSW", "assp", "ASSP", "assc", "ASSC", "ecret", "ECRET", "pwd", "Pwd", "PWD",
)  # fmt: skip
_CODES: Final = ("PIN", "OTP", "CVV", "fication code", "time code")
_NAMED: Final = (
    "ass", "ASS", "ecret", "ECRET", "oken", "OKEN", "key", "Key", "KEY", "sig", "Sig", "SIG",
    "pwd", "Pwd", "PWD",
)  # fmt: skip
HINTS: Final = (
    ("", ("AKIA", "ASIA", "ABIA", "ACCA", "AIza", "SK")),
    (" ", ("earer ", "asic ")),
    (" is", (*_SAID, *_CODES)),
    (".", ("eyJ", "slack.com", "SG.", "ya29.", "hvs.")),
    (":", ("://", "ookie:", "OOKIE:", ":AA", "curl", *_NAMED, *_CODES)),
    ('":', ('"pin', '"otp', '"cv')),
    ("':", ("'pin", "'otp", "'cv")),
    ("=", (*_NAMED, "pin=", "otp=", "cvv=")),
    ("--", (*_NAMED, "-pin", "-otp")),
    (
        "-",
        ("sk-", "pk-", "rk-", "glpat-", "glptt-", "gldt-", "glrt-", "xox", "pypi-", "PRIVATE KEY",
         "xai-", "gsk-", "r8-", "fw-", "nvapi-", "tvly-", "pplx-", "GOCSPX-", "AGE-SECRET-KEY-1"),
    ),
    (
        "_",
        ("sk_", "pk_", "rk_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "npm_", "hf_",
         "r8_", "xai_", "nvapi_", "tvly_", "pplx_", "fw_", "lsv2_", "whsec_", "dop_v1_", "shpat_",
         "dckr_pat_", "glsa_"),
    ),
    ("3", ("ATATT3x",)),
)  # fmt: skip
