"""Deny by default: a page is served only to the audience its route declares."""

from __future__ import annotations

import pytest
from flask import Flask

from webapp.audiences import audience_of


def test_every_route_declares_its_audience(app: Flask) -> None:
    without = [
        f"{rule.rule} ({rule.endpoint}): put @open_to(Audience…) above its view"
        for rule in app.url_map.iter_rules()
        if audience_of(app, rule.endpoint) is None
    ]
    assert not without, "\n".join(without)


def test_a_route_without_an_audience_is_served_to_nobody(
    own_app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    own_app.add_url_rule("/forgotten", view_func=lambda: "the secrets of the house", endpoint="f")
    response = own_app.test_client().get("/forgotten")
    assert response.status_code == 404
    assert "secrets" not in response.text
    assert "no audience declared for f" in caplog.text
