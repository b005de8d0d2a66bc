"""Where chance and cryptography come from, read from the code itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.test_imports import WEBAPP, imports_of
from webapp.adapters.passwords import hash_password
from webapp.config import PROJECT
from webapp.services.codes import DIGITS, new_code
from webapp.services.persons import new_code as of_persons

# The demonstration must repeat itself; nothing of it is a secret.
REPEATABLE = "services/demonstration/"
PROVEN = {"cryptography", "argon2", "pyotp", "hashlib", "hmac", "secrets", "itsdangerous", "ssl"}
UNPROVEN = {"Crypto", "Cryptodome", "nacl", "rsa", "bcrypt", "passlib", "md5", "sha"}
WEAK = re.compile(r"\b(md5|ECB|DES|RC4|PKCS1v15)\b")


def files() -> Iterator[tuple[str, str]]:
    for file in sorted(WEBAPP.rglob("*.py")):
        yield str(file.relative_to(WEBAPP)), file.read_text(encoding="utf-8")


def test_what_must_not_be_guessed_comes_from_secrets() -> None:
    for file in sorted(WEBAPP.rglob("*.py")):
        name = str(file.relative_to(WEBAPP))
        modules = {module.partition(".")[0] for _, module in imports_of(file)}
        if not name.startswith(REPEATABLE):
            assert not modules & {"random", "uuid"}, name


def test_codes_have_six_digits() -> None:
    assert DIGITS == 6
    codes = {new_code() for _ in range(200)}
    assert len(codes) > 190 and all(re.fullmatch("[0-9]{6}", code) for code in codes)
    assert of_persons is new_code


def test_cryptography_comes_from_proven_libraries() -> None:
    for name, text in files():
        modules = {
            (node.module or "").partition(".")[0]
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.ImportFrom)
        }
        assert not modules & UNPROVEN, name
        assert not WEAK.search(text), name
    vault = (WEBAPP / "adapters" / "vault.py").read_text(encoding="utf-8")
    assert "AESSIV" in vault and "sha256" in vault


def test_passwords_are_kept_by_a_slow_hash() -> None:
    assert hash_password("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_no_address_asks_for_what_is_secret(app: Flask) -> None:
    """Accounts, codes and passwords travel in forms; an invitation's own token opens once."""
    named = {parameter for rule in app.url_map.iter_rules() for parameter in rule.arguments}
    assert not named & {"account", "rib", "password", "session", "otp", "secret"}
    asked = {
        word for _, text in files() for word in re.findall(r"request\.args\.get\(\"(\w+)\"", text)
    }
    assert not asked & {"account", "rib", "code", "password", "token", "member_number"}


@pytest.mark.parametrize("word", ["localStorage", "sessionStorage", "indexedDB", "document.cookie"])
def test_the_script_stores_nothing(word: str) -> None:
    for script in (PROJECT / "static").rglob("*.js"):
        assert word not in script.read_text(encoding="utf-8")
