"""Secrets as they turn up in agents, each with text that occurs nowhere else."""

from __future__ import annotations

import base64
import json
import random
import string
from typing import Any, NamedTuple

ENVIRONMENT = {
    "PLANTED_API_KEY": "env-swordfish-9931",
    "DB_PASSWORD": "env-marlin-4417 too",
}


class Planted(NamedTuple):
    """A value to record, and the parts of it that must not be found again."""

    value: Any
    secrets: tuple[str, ...]


def planted() -> list[Planted]:
    """More than seventy of them, the same each time."""
    chance = random.Random(60)

    def word(size: int, letters: str = string.ascii_letters + string.digits) -> str:
        return "".join(chance.choices(letters, k=size - 1)) + "7"

    def digits(size: int) -> str:
        return word(size, string.hexdigits[:16])

    found: list[Planted] = []

    def add(value: Any, *secrets: str) -> None:
        found.append(Planted(value, secrets))

    for name in (
        "password",
        "api_key",
        "OPENAI_API_KEY",
        "clientSecret",
        "access-token",
        "authToken",
    ):
        add({name: (secret := word(14))}, secret)
    for name in ("Authorization", "Cookie", "set-cookie", "connection_string", "credentials"):
        add({name: f"{(secret := word(20))} and more"}, secret)
    add({"password": (number := chance.randrange(10**9, 10**10))}, str(number))
    add({"credentials": {"user": (user := word(12)), "pin": [(pin := word(9))]}}, user, pin)
    add({"api_keys": [(one := word(15)), (two := word(15))]}, one, two)
    add({"token": (secret := word(24))}, secret)
    add([["X-Api-Key", (secret := word(18))], ["Accept", "*/*"]], secret)
    add({"env": [{"name": "DB_PASSWORD", "value": (secret := word(11))}]}, secret)
    add({f"sk-ant-api03-{(secret := word(40))}": 1}, secret)
    for prefix, size in (
        ("sk-ant-api03-", 40), ("sk-proj-", 40), ("sk-", 30), ("sk_live_", 24), ("rk_live_", 24),
        ("AIzaSy", 33), ("gsk_", 40), ("xai-", 40), ("r8_", 36), ("ghp_", 36), ("gho_", 36),
        ("github_pat_", 60), ("glpat-", 20), ("xoxb-", 30), ("xoxp-", 30), ("npm_", 36),
        ("pypi-", 60), ("hf_", 34), ("hvs.", 28), ("dckr_pat_", 27), ("glsa_", 40), ("ya29.", 40),
        ("GOCSPX-", 28), ("whsec_", 32),
    ):  # fmt: skip
        add(f"use {prefix}{(secret := word(size))} for this", secret)
    add(f"key AKIA{(secret := word(16, string.ascii_uppercase))}", secret)
    add(f"dop_v1_{(secret := digits(64))}", secret)
    add(f"SG.{(secret := word(22))}.{word(40)}", secret)
    jwt = base64.urlsafe_b64encode(json.dumps({"sub": word(9)}).encode()).decode().rstrip("=")
    add(f"eyJhbGciOiJIUzI1NiJ9.{jwt}.{(secret := word(40))}", secret, jwt)
    pem = "\n".join(word(64) for _ in range(3))
    add(f"-----BEGIN RSA PRIVATE KEY-----\n{pem}\n-----END RSA PRIVATE KEY-----", *pem.split())
    add(f"-----BEGIN OPENSSH PRIVATE KEY-----\n{(secret := word(70))}", secret)  # cut off
    add(f"postgres://agent:{(secret := word(10))}@db.test/x", secret)
    add(f"redis://:{(secret := word(12))}@cache.test:6379", secret)
    add(f"https://x.test/cb?access_token={(secret := word(20))}&page=2", secret)
    add(f"https://store.test/f?sv=1&sig={(secret := word(20))}", secret)
    add(f"curl -H 'Authorization: Bearer {(secret := word(30))}'", secret)
    add(f"Authorization: Basic {(secret := base64.b64encode(word(15).encode()).decode())}", secret)
    add(f"Set-Cookie: sid={(secret := word(22))}; Path=/", secret)
    add(f"X-Api-Key: {(secret := word(24))}", secret)
    add(json.dumps({"db": {"password": (secret := word(13))}}), secret)
    add(json.dumps({"inner": json.dumps({"client_secret": (secret := word(13))})}), secret)
    add(f"{{'api_key': '{(secret := word(13))}', 'n': 1}}", secret)
    add(f"export DB_PASSWORD={(secret := word(12))}\nexport N=1", secret)
    add(f"connect(host='x', password='{(secret := word(12))}')", secret)
    for text in (
        'token = "{}"', "DB_PASSWORD = '{}'", "SECRET_KEY='{}'", 'client = OpenAI(api_key = "{}")',
        'os.environ["API_KEY"] = "{}"', "Authorization: token {}", "mysql -u me -p{} db",
        "my password is: {}", "aws_secret_access_key = {}",
    ):  # fmt: skip
        add(text.format(secret := word(20)), secret)
    add(json.dumps({"token": (secret := word(13))}), secret)
    add(json.dumps({"password": f"{(one := word(12))} {(two := word(12))}"}), one, two)
    add(json.dumps({"text": json.dumps({"token": (secret := word(13))})}), secret)
    add(json.dumps(json.dumps(json.dumps({"password": (secret := word(13))}))), secret)
    add(f"sk-ant-api03-{(secret := word(40))}".encode(), secret)
    add(*[f"printenv said {value}, sadly" for value in ENVIRONMENT.values()][:1], "swordfish-9931")
    add({"stdout": f"DB: {ENVIRONMENT['DB_PASSWORD']}"}, "marlin-4417")
    return found
