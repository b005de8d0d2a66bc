"""One question of the matrix: a person opens an address, and what they get, in a word."""

from __future__ import annotations

import re
from typing import NamedTuple

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.security.cast import Cast

METHODS = ("GET", "POST")
PARAMETER = re.compile(r"<(?:[^:>]*:)?(\w+)>")


def plain(rule: str) -> str:
    """A route without the kinds of its parameters."""
    return PARAMETER.sub(r"<\1>", rule)


class Question(NamedTuple):
    address: str  # as the route is written
    method: str


def questions_of(app: Flask) -> list[Question]:
    return sorted(
        Question(plain(rule.rule), method)
        for rule in app.url_map.iter_rules()
        for method in METHODS
        if method in (rule.methods or ())
    )


class Asker:
    """Asks each question of a fresh copy of the cast's database."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        # One route for each method: two views may share an address.
        self.rules = {
            Question(plain(rule.rule), method): rule
            for rule in cast.app.url_map.iter_rules()
            for method in METHODS
            if method in (rule.methods or ())
        }

    def ask(self, person: str, question: Question) -> str:
        rule = self.rules[question]
        address = self._address(rule)
        self.cast.set_the_stage()
        client, token = self.cast.browser_of(person)
        data = {"csrf_token": token} if question.method == "POST" else None
        response = client.open(address, method=question.method, data=data, buffered=True)
        return told(response)

    def _address(self, rule: Rule) -> str:
        def value(found: re.Match[str]) -> str:
            return self.cast.value(rule.endpoint, found[1])

        return PARAMETER.sub(value, rule.rule)


def told(response: TestResponse) -> str:
    """The status; of a redirection to where somebody signs in or opens a device, that instead."""
    location = response.location or ""
    if response.status_code != 302:
        return str(response.status_code)
    if location.endswith("/device"):
        return "device opening"
    if "/staff/sign-in" in location:
        return "staff sign-in"
    return "sign-in" if "/sign-in" in location else "302"
