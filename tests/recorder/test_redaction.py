from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import ttdebug
from ttdebug.recorder.assigned import assigned
from ttdebug.recorder.names import says
from ttdebug.recorder.redaction import Redact, Redactor
from ttdebug.recorder.serialise import Serialiser
from ttdebug.store.trace import Trace

SECRETS = [
    {"api_key": "abcdef"},
    {"OPENAI_API_KEY": "x1"},
    {"headers": {"Authorization": "Basic dXNlcjpwYXNzd29yZA=="}},
    {"password": "hunter2 with spaces"},
    {"db_password": "p"},
    {"clientSecret": "s"},
    {"access-token": "t"},
    {"token": "a1b2c3d4e5"},
    {"cookie": "sid=1"},
    "use sk-ant-api03-abcdefghijklmnopqrstuvwxyz please",
    "sk-proj-abcdefghijklmnop1234",
    "AKIAIOSFODNN7EXAMPLE",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "github_pat_11ABCDEFG0abcdefghijklmnopqrstuvwxyz0123456789",
    "glpat-abcdefghij0123456789",
    "xoxb-1234567890-abcdef",
    "AIzaSyA-abcdefghijklmnopqrstuvwxyz012345",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
    "hf_abcdefghijklmnopqrstuvwxyz012345",
    "npm_abcdefghijklmnopqrstuvwxyz0123456789",
    "curl -H 'Authorization: Bearer abcdefghijklmnop123456'",
    "postgres://user:s3cret@host/db",
    "https://x.test/?password=hunter22&a=1",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----",
    json.dumps({"nested": "sk-live_abcdefghijklmnopqrstuv"}),
    "the value of it is swordfish-from-env",
    {"pass": "hunter2hunter2"},
    {"auth": "me:hunter2"},
    {"pin": "4711"},
    {"pin": 4711},
    {"card_PIN": "4711"},
    {"cardPin": 4711},
    {"passcode": "open"},
    {"otp": "123456"},
    {"smsOtp": "123 456"},
    {"otp_code": "123-456"},
    {"verificationCode": 123456},
    {"cvv": "123"},
    {"card": {"cardCVC": 123}},
    {"recovery_codes": "a1b2-c3d4"},
    {"name": "pin", "value": "4711"},
    [["otp", 123456]],
    json.dumps({"arguments": json.dumps({"pin": "4711", "amount": 1200})}),
    json.dumps({"cvv": 123, "year": 2031}),
    str({"otp": "123456", "n": 7}),
    "Your verification code is 123456.",
    "the PIN: 4711",
    "Your one-time code is 123456",
    "https://x.test/?a=1&otp=123456",
    "npm publish --otp=123456",
    "unlock --pin 4711 door",
    {"cardSecurityCode": "4711"},
    "the passcode is hunter22",
    "login with password: hunter22, then go on",
    "the Password is hunter22",
    "deploy --token hunter22 --verbose",
    "curl -s -u me:hunter2 https://x.test",
    "mysql -u me -phunter2 db",
    "mysqldump -p'hunter2' db",
    "sshpass -p hunter2 ssh x.test",
    "my password is: hunter22",
    "the secret is `hunter22`",
    'token = "hunter2hunter"',
    "DB_PASSWORD = 'hunter2 and more'",
    "SECRET_KEY='hunter2'",
    'client = OpenAI(api_key = "hunter2")',
    'os.environ["API_KEY"] = "hunter2"',
    "api_key: str = 'hunter2'",
    "aws_secret_access_key = a1b2hunter2/hunter2/hunter2",
    "db_password: hunter22",
    json.dumps({"token": "hunter2hunter"}, indent=1),
    json.dumps({"password": "two hunters"}),
    json.dumps({"password": 'hunter"hunter'}),
    json.dumps({"password": 471147114711}),
    json.dumps(json.dumps(json.dumps({"token": "hunter2hunter"}))),
    "Authorization: token hunter22",
    "\u0130 says: api_key = 'hunter2'",
    "password='://hunter:hunter2@x' sk-",
]
CLEAN = [
    {"tokens_in": 12, "max_tokens": 100, "token": "the", "key": "todo", "keys": ["a"]},
    {"author": "Ann", "password_hint": "none", "session": "run-1"},
    "the token limit was reached = 4096",
    {"pass": "ok", "auth": "none"},
    {"pin": True, "otp": None, "cvv": ""},
    {"pin": 13, "pins": [1024, 1025]},
    {"pin": "GPIO17", "spin": 4711, "ping": "4711"},
    {"pin": {"id": 813744226420795884, "title": "Rome", "saves": 4711}},
    {"pin": "813744226420795884", "pinned": 4711, "pin_count": 4711, "pincode": "110001"},
    {"otp": "27.1", "cvc": "cvc5", "otp_required": 1234, "verification_code": "pending"},
    {"code": "123456", "error_code": 1234, "zip_code": 12345, "opinion": 4711},
    {"name": "pin", "value": "D13"},
    json.dumps({"pin": 13, "spin": 4711, "pinned": "4711", "ratio": 0.4711}),
    "ping --pin 13, spin=4711, --pinned 4711, ?pins=4711",
    {"security_code": "600519"},
    "PIN: 13, pin: 4711.5 mm and SPIN: 4711 rpm",
    "password: required, secret is out, pwd=/home/agent/1",
    "tests --pass through 1, the secret is in chapter 3 of it",
    "https://example.org/a?b=c#d",
    "task-1234567890abcdef, disk-usage, risk-assessment-for-the-project",
    "token = None, password = get_password2(), token: str, api_key: str | None = None",
    "secret = os.environ['X'] or password = self.password or token=self.token2",
    "os.environ.get('API_KEY', '')",
    'def f(token: str = "", password: str = "$PASSWORD", api_key="{api_key}") -> None:',
    'headers = {"Authorization": f"Bearer {token}", "X-Api-Key": "<your key>"}',
    "headers = {'Authorization': 'Bearer ' + token}",
    'print("password: " + word + " and token: ", end="")',
    '{"max_tokens": 100, "token": "the", "eos_token": "<|endoftext|>", "password": null}',
    '{"text": "Enter the password:", "next_token": "page-2-of-them", "secret": "********"}',
    "Authorization: required for all of them, password is required",
    "go test -parallel 4; tar -pxf x.tar; docker run -p 8080 mysql",
    "docker run --name mysql -p3306:3306 mysql:8",
    "id: 0b9d4f5e-1c1c-4f3c-9f6e-3d9f8f1f2a3b",
    "a sha 5f2a9c8b7e6d5c4b3a291807f6e5d4c3b2a19080",
]


@pytest.fixture
def redactor() -> Redactor:
    return Redactor({"MY_SECRET": "swordfish-from-env", "HOME": "/home/agent", "TOKEN": "short"})


def test_the_folder_a_shell_is_in_is_no_secret() -> None:
    text = "reading /home/agent/project/plan.md"
    assert Redactor({"PWD": "/home/agent/project"}).text(text) == text


@pytest.mark.parametrize("value", SECRETS, ids=lambda value: str(value)[:30])
def test_hides(redactor: Redactor, value: object) -> None:
    shown = json.dumps(Serialiser(redactor)(value))
    assert "[redacted:" in shown
    assert sum(redactor.found.values()) == 1
    hidden = json.dumps(value)
    for secret in (
        "abcdef", "hunter", "s3cret", "MIIEow", "swordfish", "a1b2", "dXNlcj", "IOSF", "4711",
        "open", "123456", "123 456", "123-456",
    ):  # fmt: skip
        assert not (secret in hidden and secret in shown)


NAMES = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "secret",
    "api-key",
    "private-key",
    "bot-token",
    "github_token",
    "pwd",
]
SAID = {name for name in NAMES if name.startswith(("pass", "secret", "pwd"))}
WAYS = ["the {} is hunter22", "{}: hunter22", "{}=hunter22", "--{} hunter22", "?a=1&{}=hunter22"]


@pytest.mark.parametrize("way", WAYS)
def test_names_may_be_written_in_any_way(way: str) -> None:
    names = SAID if way in WAYS[:2] else set(NAMES) - {"pwd"} if way.startswith("--") else NAMES
    texts = [way.format(said) for name in names for said in (name, name.title(), name.upper())]
    assert [text for text in texts if "hunter22" in Redactor({}).text(text)] == []


@pytest.mark.parametrize("kind", NAMES)
def test_the_wishes_hold_in_texts(kind: str) -> None:
    text = json.dumps({kind: "hunter2hunter"})
    assert Redactor({}, Redact(allow=[kind])).text(text) == text != Redactor({}).text(text)


def test_a_wish_alone_is_one() -> None:
    hiding = Redactor({}, Redact(deny="*iban", allow=re.compile("^demo")))
    assert hiding.hides("payee_iban", "DE02")
    assert not hiding.hides("a", "DE02")
    assert hiding.named("password", "demo-1234") == "demo-1234"


@pytest.mark.parametrize("part", ["?token=", "API_KEY=", "api_key=1", "cookie: a="])
def test_what_is_in_a_secret_is_not_searched_again(part: str) -> None:
    few, many = (assigned(part * size, says) for size in (1000, 4000))
    read, more = (sum(span.end - span.start for span in found) for found in (few, many))
    assert few
    assert more < 5 * read


def test_secrets_that_overlap_are_one() -> None:
    redactor = Redactor({})
    text = "a https://me:hunter2@x.test/?token=hunter22 b"
    assert "hunter" not in redactor.text(f"password = '{text}', password: hunter22")
    assert sum(redactor.found.values()) == 2


@pytest.mark.parametrize("value", CLEAN, ids=lambda value: str(value)[:30])
def test_leaves_alone(redactor: Redactor, value: object) -> None:
    assert Serialiser(redactor)(value) == value


@pytest.mark.parametrize("code", ["4711", 4711])
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_json_in_a_text_stays_json(redactor: Redactor, code: object, depth: int) -> None:
    text: object = {"pin": code, "n": 1}
    for _ in range(depth):
        text = json.dumps(text)
    shown: object = redactor.text(str(text))
    for _ in range(depth):
        shown = json.loads(str(shown))
    assert shown == {"pin": redactor.text('"pin": "4711"')[8:-1], "n": 1}


def test_a_number_of_any_size_may_stand_under_the_name_of_a_code(redactor: Redactor) -> None:
    largest = 10**5000
    assert Serialiser(redactor)({"pin": largest}) == {"pin": Serialiser(redactor)(largest)}


@pytest.mark.parametrize("name", ["pin", "inner"])
def test_codes_in_a_state_that_changes(tmp_path: Path, name: str) -> None:
    with ttdebug.record(tmp_path / "run.ttd", agent="a") as rec:
        for pin in (4711, "4711", 4712, "4713", 13, [4714], True):
            card = {"pin": pin, "n": 1}
            rec.snapshot(card if name == "pin" else {"inner": card, "list": [card], "n": 1})
    with Trace.open(tmp_path / "run.ttd") as trace:
        states = [str(trace.state(seq, "a")) for seq in range(2, 9)]
        assert trace.verify(deep=True).sound
    assert ["471" in state for state in states] == [False] * 5 + [True, False]
    assert ["redacted:name" in state for state in states] == [True] * 4 + [False] * 3
    assert len(set(states[:4])) == 3


def test_the_same_secret_looks_the_same_and_another_does_not(redactor: Redactor) -> None:
    one, again, other = (redactor.named("password", text) for text in ("a", "a", "b"))
    assert one == again != other


def test_recordings_cannot_be_compared() -> None:
    assert len({Redactor({}).named("password", "a") for _ in range(8)}) > 1


def test_what_is_hidden_stays_as_it_is(redactor: Redactor) -> None:
    once = redactor.named("password", "a")
    assert redactor.named("password", once) == redactor.text(once) == once
