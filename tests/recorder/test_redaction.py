from __future__ import annotations

import json

import pytest

from ttdebug.recorder import secrets
from ttdebug.recorder.redaction import Redactor
from ttdebug.recorder.serialise import Serialiser

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
    "login with password: hunter22, then go on",
    "the Password is hunter22",
    "deploy --token hunter22 --verbose",
    "curl -s -u me:hunter2 https://x.test",
]
CLEAN = [
    {"tokens_in": 12, "max_tokens": 100, "token": "the", "key": "todo", "keys": ["a"]},
    {"author": "Ann", "password_hint": "none", "session": "run-1"},
    "the token limit was reached = 4096",
    {"pass": "ok", "auth": "none"},
    "password: required, secret is out, pwd=/home/agent/1",
    "tests --pass through 1, the secret is in chapter 3 of it",
    "https://example.org/a?b=c#d",
    "task-1234567890abcdef, disk-usage, risk-assessment-for-the-project",
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
    for secret in ("abcdef", "hunter", "s3cret", "MIIEow", "swordfish", "a1b2c3", "dXNlcj", "IOSF"):
        assert not (secret in hidden and secret in shown)


NAMES = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "api-key",
    "private-key",
    "bot-token",
    "github_token",
    "pwd",
]
WAYS = ["the {} is hunter22", "{}: hunter22", "{}=hunter22", "--{} hunter22", "?a=1&{}=hunter22"]


@pytest.mark.parametrize("way", WAYS)
def test_no_way_to_write_a_name_hides_a_secret_from_the_first_look(way: str) -> None:
    texts = [way.format(said) for name in NAMES for said in (name, name.title(), name.upper())]
    found = [text for text in texts if secrets.TEXT.search(text)]
    assert len(found) > 5
    assert [text for text in found if Redactor({}).text(text) == text] == []


@pytest.mark.parametrize("value", CLEAN, ids=lambda value: str(value)[:30])
def test_leaves_alone(redactor: Redactor, value: object) -> None:
    assert Serialiser(redactor)(value) == value


def test_the_same_secret_looks_the_same_and_another_does_not(redactor: Redactor) -> None:
    one, again, other = (redactor.named("password", text) for text in ("a", "a", "b"))
    assert one == again != other


def test_recordings_cannot_be_compared() -> None:
    assert len({Redactor({}).named("password", "a") for _ in range(8)}) > 1


def test_what_is_hidden_stays_as_it_is(redactor: Redactor) -> None:
    once = redactor.named("password", "a")
    assert redactor.named("password", once) == redactor.text(once) == once
