"""Passwords as people meet them, and what is left in a browser: for the table of requirements."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests.security.cast import EMPLOYERS, STAFF, Cast
from tests.services.staff import PASSWORD
from webapp.adapters.passwords import fits, hash_password
from webapp.domain.passwords import MOST_CHARACTERS
from webapp.extensions import db
from webapp.models import StaffMember

PAGES_WITH_PASSWORDS = ("sign-in", "account/password")


def page(cast: Cast, person: str, address: str) -> str:
    cast.set_the_stage()
    client, _ = cast.browser_of(person)
    return client.get(address, follow_redirects=True).get_data(as_text=True)


@pytest.mark.parametrize("address", PAGES_WITH_PASSWORDS)
def test_a_password_is_hidden_and_may_be_pasted_and_kept(cast: Cast, address: str) -> None:
    text = page(cast, "anonymous" if address == "sign-in" else "agent", f"/fr/staff/{address}")
    inputs = [part.partition(">")[0] for part in text.split("<input")[1:]]
    asked = [one for one in inputs if "password" in one]
    assert asked
    for one in asked:
        assert 'type="password"' in one
        assert 'autocomplete="current-password"' in one or 'autocomplete="new-password"' in one
        assert "onpaste" not in one and "readonly" not in one


@pytest.mark.parametrize("length", [8, 64, MOST_CHARACTERS])
def test_a_password_is_checked_in_full_and_letter_by_letter(length: int) -> None:
    password = ("Aé ش" * 60)[:length]
    kept = hash_password(password)
    assert fits(password, kept)
    for other in (password[:-1], password + "x", password.lower(), password[:-1] + "!"):
        assert not fits(other, kept)


def test_a_password_does_not_grow_old(cast: Cast) -> None:
    """Nothing in the table could say that it does."""
    columns = set(StaffMember.__table__.columns.keys())
    assert not [one for one in columns if "expire" in one or "changed" in one]


def test_there_are_no_accounts_at_first(cast: Cast) -> None:
    """Of the migrations and reference data nobody works for the fund; the cast's own do."""
    cast.set_the_stage()
    with cast.app.app_context():
        found = db.session.scalar(select(func.count()).select_from(StaffMember))
        db.session.rollback()
    assert found == len(STAFF)
    assert fits(PASSWORD, hash_password(PASSWORD))


@pytest.mark.parametrize("person", [*EMPLOYERS, *STAFF])
def test_signing_out_is_on_every_page(cast: Cast, person: str) -> None:
    address = "/fr/staff" if person in STAFF else "/fr/home"
    assert "/sign-out" in page(cast, person, address)


@pytest.mark.parametrize("person", ["employer", "agent"])
def test_signing_out_empties_the_browser(cast: Cast, person: str) -> None:
    cast.set_the_stage()
    client, token = cast.browser_of(person)
    address = "/fr/staff/sign-out" if person in STAFF else "/fr/sign-out"
    answer = client.post(address, data={"csrf_token": token})
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    with client.session_transaction() as cookie:
        assert not {"_user_id", "staff"} & set(cookie)
