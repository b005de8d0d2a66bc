"""The programming interface: a key opens what it was made for, within its limit."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import builders
from tests.services.collecting import FILED
from tests.views.browser import Browser, Site
from tests.views.program import Program, body, key_of
from webapp.domain.rules import AccessRules, Limit
from webapp.models import ApiKey, Employer
from webapp.services.api_keys import revoke_key
from webapp.views import desk

ONE_ENGINE = pytest.mark.parametrize("site_url", ["sqlite"], indirect=True)


def test_without_a_good_key_everything_is_refused_alike(
    site: Site, owner: Employer, program: Program
) -> None:
    assert program.key is not None
    wrong = program.key[:-1] + ("0" if program.key[-1] != "0" else "1")
    revoked = key_of(site, owner)
    day = builders.working_day(site.office, FILED)
    revoke_key(site.office, day, owner.id, revoked.split("_")[1])
    unknown = f"khatwa_KA00000000_{'0' * 48}"
    answers = [
        Program(site, shown).get("worksites")
        for shown in (wrong, revoked, unknown, "khatwa", "a_b", "", None, "é_\x7f_", "x" * 9000)
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.get_data() for answer in answers}) == 1
    assert answers[0].headers["WWW-Authenticate"].startswith("Bearer")
    assert answers[0].get_json()["code"] == "wrong_key"
    assert program.get("worksites").status_code == 200


def test_a_cookie_or_a_password_opens_nothing(browser: Browser, site: Site) -> None:
    for headers in ({}, {"Authorization": "Basic a2hhdHdhOng="}):
        answer = browser.client.get("/api/v1/worksites", headers=headers)
        assert answer.status_code == 401


def test_a_key_does_what_it_was_made_for(site: Site, owner: Employer) -> None:
    reader = Program(site, key_of(site, owner, may_file=False))
    filer = Program(site, key_of(site, owner, may_read=False))
    assert reader.get("periods").status_code == 200
    assert filer.get("periods").get_json()["code"] == "key_may_not"
    refused = reader.file(body())
    assert (refused.status_code, refused.get_json()["code"]) == (403, "key_may_not")
    assert filer.file(body()).status_code == 201


def test_no_form_of_ours_is_asked_for(site: Site, program: Program) -> None:
    site.app.config["WTF_CSRF_ENABLED"] = True
    assert program.file(body()).status_code == 201


@ONE_ENGINE
def test_a_key_is_used_within_its_limit_and_wrong_ones_shut_nobody_out(
    site: Site, owner: Employer, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = AccessRules(
        requests_per_key=Limit("requests of a key", 2, 5),
        wrong_keys_for_all=Limit("wrong keys", 1, 5),
    )
    monkeypatch.setattr(desk, "ACCESS", few)
    stranger = Program(site, "khatwa_KA00000000_0")
    assert [stranger.get("worksites").status_code for _ in range(3)] == [401, 429, 429]
    assert [program.get("worksites").status_code for _ in range(2)] == [200, 200]
    answer = program.get("worksites")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 300
    assert Program(site, key_of(site, owner)).get("worksites").status_code == 200
    site.clock.wait(minutes=6)
    assert program.get("worksites").status_code == 200


@ONE_ENGINE
def test_all_keys_together_have_a_limit(
    site: Site, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = AccessRules(requests_for_all=Limit("requests of keys", 1, 5))
    monkeypatch.setattr(desk, "ACCESS", few)
    assert [program.get("periods").status_code for _ in range(2)] == [200, 429]


@ONE_ENGINE
def test_what_one_key_asks_beyond_its_limit_is_not_counted_against_the_others(
    site: Site, owner: Employer, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = AccessRules(
        requests_per_key=Limit("requests of a key", 1, 5),
        requests_for_all=Limit("requests of keys", 2, 5),
    )
    monkeypatch.setattr(desk, "ACCESS", few)
    assert [program.get("periods").status_code for _ in range(4)] == [200, 429, 429, 429]
    assert Program(site, key_of(site, owner)).get("periods").status_code == 200


def test_the_last_use_of_a_key_is_remembered(site: Site, program: Program) -> None:
    program.get("worksites")
    site.office.rollback()
    assert site.office.scalars(select(ApiKey.last_used_at)).one() == site.clock.now
