"""Accounting software with a key: asks the interface, and holds each answer to its description."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from werkzeug.test import TestResponse

from tests import builders
from tests.services.people import RULES, signed_in
from tests.views.browser import Site
from webapp.models import Employer
from webapp.services.api_keys import make_key

PROBLEM = "application/problem+json"
numbers = count(1)


def key_of(
    site: Site, owner: Employer, *, may_read: bool = True, may_file: bool = True, name: str = "Sage"
) -> str:
    """A key that the employer has just made."""
    day = builders.working_day(site.office, site.clock.now.date(), f"employer:{owner.id}")
    who = signed_in(owner, proved_at=day.now)
    site.office.rollback()
    return make_key(
        site.office, day, builders.VAULT, RULES, who, name, may_read=may_read, may_file=may_file
    )


def line(worksite: str = "W1", **changed: object) -> dict[str, object]:
    given = {
        "worksite": worksite, "workers": 4, "leave_base": "1000000.00", "weather_base": "800000.00",
    }  # fmt: skip
    return {**given, **changed}


def body(*lines: dict[str, object], period: str = "2026-10", **more: object) -> dict[str, object]:
    return {"period": period, "lines": list(lines) or [line("W1"), line("W2")], **more}


@dataclass
class Program:
    """One program; `key` is what it shows."""

    site: Site
    key: str | None
    language: str = "fr"
    _described: dict[str, Any] = field(default_factory=dict)

    @property
    def described(self) -> dict[str, Any]:
        """What the interface says of itself."""
        if not self._described:
            self._described = self.site.app.test_client().get("/api/v1/openapi.json").get_json()
        return self._described

    def get(self, place: str, **headers: str) -> TestResponse:
        return self.ask("GET", place, headers)

    def file(self, sent: object, idempotency_key: str = "", **headers: str) -> TestResponse:
        """File a declaration, under a key of its own where none is given."""
        content = sent if isinstance(sent, str | bytes) else json.dumps(sent)
        given = {"Idempotency-Key": idempotency_key or f"try-{next(numbers)}"}
        kind = {"Content-Type": "application/json"}
        return self.ask("POST", "declarations", given | kind | headers, content)

    def ask(
        self, method: str, place: str, headers: dict[str, str], content: str | bytes | None = None
    ) -> TestResponse:
        self.site.office.rollback()  # on SQLite it would keep the interface waiting
        shown = {} if self.key is None else {"Authorization": f"Bearer {self.key}"}
        client = self.site.app.test_client()
        response = client.open(
            f"/api/v1/{place}",
            method=method,
            headers={"Accept-Language": self.language, **shown, **headers},
            data=content,
            buffered=True,
        )
        self._hold_to_its_description(response, method, place)
        return response

    def _hold_to_its_description(self, response: TestResponse, method: str, place: str) -> None:
        """Its status and its content are described; no cookie; nothing is kept on the way."""
        assert "Set-Cookie" not in response.headers
        assert response.headers["Cache-Control"] == "no-store"
        path = "/api/v1/" + place.partition("?")[0]
        if path.count("/") == 4:
            name = "{code}" if "declarations/" in path else "{reference}"
            path = f"{path.rpartition('/')[0]}/{name}"
        told = self.described["paths"][path][method.lower()]["responses"]
        assert str(response.status_code) in told, (method, path, response.status_code)
        content = told[str(response.status_code)]["content"][response.mimetype]["schema"]
        registry = Registry().with_resource("urn:api", Resource.opaque(self.described))
        schema = {"$ref": "urn:api#" + content["$ref"].removeprefix("#")}
        Draft202012Validator(schema, registry=registry).validate(response.get_json())
        if response.mimetype == PROBLEM:
            code = response.get_json()["code"]
            assert f"`{code}`" in told[str(response.status_code)]["description"], code
