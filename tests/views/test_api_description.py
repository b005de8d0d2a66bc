"""The interface describes itself whole, and its refusals."""

from __future__ import annotations

import json

import pytest
from openapi_spec_validator import validate

from tests.views.browser import Site
from tests.views.program import PROBLEM, Program
from webapp.audiences import Audience, audience_of
from webapp.views.api.problems import STATUSES

BOTH_LANGUAGES = pytest.mark.parametrize("language", ["ar", "fr"])


def test_the_description_is_valid_and_holds_every_route(site: Site) -> None:
    described = site.app.test_client().get("/api/v1/openapi.json").get_json()
    validate(described)
    paths = {
        (rule.rule.replace("<", "{").replace(">", "}"), method.lower())
        for rule in site.app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert paths == {
        (path, method)
        for path, found in described["paths"].items()
        for method in found
        if method != "parameters"
    }
    assert "cdn" not in json.dumps(described)


def test_the_description_holds_every_error(site: Site) -> None:
    described = site.app.test_client().get("/api/v1/openapi.json").get_json()
    told = {
        text
        for found in described["paths"].values()
        for operation in found.values()
        if isinstance(operation, dict)
        for answer in operation["responses"].values()
        for text in answer["description"].splitlines()
    }
    codes = described["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]
    for kind in STATUSES:
        assert kind.code in codes
        assert any(text.startswith(f"`{kind.code}`") for text in told), kind.code


def test_every_route_is_for_programs_alone_but_the_description(site: Site) -> None:
    for rule in site.app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            audience = audience_of(site.app, rule.endpoint)
            if rule.endpoint == "api.openapi":
                assert audience is Audience.PUBLIC
            else:
                assert audience in {Audience.PROGRAM_READS, Audience.PROGRAM_FILES}


@BOTH_LANGUAGES
def test_what_is_not_there_is_told_to_a_program_as_json(site: Site, language: str) -> None:
    client = site.app.test_client()
    headers = {"Accept-Language": language}
    for method, address, status in (
        ("GET", "/api/v1/nothing", 404), ("GET", "/api/v2", 404), ("PUT", "/api/v1/debits", 405),
    ):  # fmt: skip
        answer = client.open(address, method=method, headers=headers)
        assert (answer.status_code, answer.mimetype) == (status, PROBLEM)
        assert answer.get_json()["status"] == status
        assert ("\u0627" in answer.get_json()["message"]) is (language == "ar")


def test_a_fault_of_ours_has_a_number_and_tells_nothing_else(
    site: Site, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise ZeroDivisionError("the secrets of the house")

    monkeypatch.setattr("webapp.views.api.periods.open_worksites", fail)
    site.app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = program.get("worksites")
    assert answer.status_code == 500
    assert len(answer.get_json()["incident"]) == 8
    assert "secrets" not in answer.text
