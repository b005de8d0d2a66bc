"""`flask rotate-keys` as a person types it: a new key, then the end of the old one."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select, update

from tests.commands.test_loop import A_PERSON_MUST_LOOK, freeze, run
from webapp.adapters.vault import load_vault
from webapp.config import TestConfig
from webapp.extensions import db
from webapp.models import Mandate


def account(app: Flask, config: TestConfig) -> str:
    """The one employer's account, opened with the keys as they are on disk."""
    with app.app_context():
        row = db.session.execute(select(Mandate.account, Mandate.reference)).one()
    return load_vault(config.keys).open(row.account, f"mandate:{row.reference}")


def test_a_new_key_takes_the_place_of_the_old_one(
    cli: FlaskCliRunner, filed: Flask, config: TestConfig
) -> None:
    before = account(filed, config)
    told = run(cli, "rotate-keys", "--new-key")
    assert "The new key k2 is on disk and current." in told
    assert "3 values and 0 files sealed anew under the key k2." in told
    assert "The key k1 is gone." in run(cli, "rotate-keys", "--retire", "k1")
    assert account(filed, config) == before
    freeze(cli, config)  # the same service goes on, with the keys that it had read before
    assert "0 values and 0 files" in run(cli, "rotate-keys")


def test_a_key_under_which_something_is_sealed_is_not_taken_away(
    cli: FlaskCliRunner, config: TestConfig
) -> None:
    told = run(cli, "rotate-keys", "--retire", "k1", code=1)
    assert "refused: key_still_in_use: key=k1, current=True" in told
    assert (config.keys / "k1").exists()


def test_a_key_that_nobody_has_is_not_found(cli: FlaskCliRunner) -> None:
    assert "refused: not_found: kind=key" in run(cli, "rotate-keys", "--retire", "k7", code=1)


def test_what_opens_with_no_key_is_named_and_the_rest_goes_on(
    cli: FlaskCliRunner, filed: Flask
) -> None:
    with filed.app_context():
        db.session.execute(update(Mandate).values(account=b"k1:" + b"x" * 40))
        db.session.commit()
    told = run(cli, "rotate-keys", "--new-key", code=A_PERSON_MUST_LOOK)
    assert "2 values and 0 files" in told
    assert "1 open with no key that is here" in told
    assert "  mandates.account mandate:KM" in told


@pytest.mark.parametrize("arguments", [("--new-key", "--retire", "k1")])
def test_one_thing_at_a_time(cli: FlaskCliRunner, arguments: tuple[str, ...]) -> None:
    assert "either --new-key or --retire" in run(cli, "rotate-keys", *arguments, code=2)
