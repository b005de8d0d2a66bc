"""The words of SMS and e-mails: plain-text templates filled in the employer's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Flask
from jinja2 import BaseLoader, Environment, StrictUndefined, Template

from webapp.catalogs import LANGUAGES, catalog
from webapp.formatting import IN_PLAIN_TEXT, NO_BREAK_SPACE

# The files of each channel: subject (none for a short message) and body.
FILES = {
    "sms": (None, "sms"),
    "email": ("subject", "email"),
    "portal": ("subject", "email"),
}


@dataclass(frozen=True, slots=True)
class Text:
    subject: str
    body: str
    html: str = ""


class MessageTexts:
    """Renders templates/messages/; compiles each template once per language and keeps it.

    Values: amount (centimes), collect_on (date), last4, worksites (names), institution (name in
    the language of the message); for `debit_re_presented` also attempt and max_attempts, and
    reason_code ("AM04" asks the employer to fund the account, any other does not).
    """

    def __init__(self, app: Flask) -> None:
        self._environments = {code: _environment(app.jinja_loader, code) for code in LANGUAGES}
        frames = Environment(loader=app.jinja_loader, undefined=StrictUndefined, autoescape=True)
        self._frame = frames.get_template("messages/frame.html")
        self._templates: dict[tuple[str, str, str], tuple[Template | None, Template]] = {}

    def render(self, kind: str, channel: str, language: str, values: Mapping[str, Any]) -> Text:
        """The text of one message of `kind` in `language`; a value that is missing is an error."""
        subject, body = self._templates_of(kind, channel, language)
        text = Text(subject.render(values) if subject else "", body.render(values))
        if channel == "sms" and language == "fr":
            # U+00A0 is not in the GSM alphabet: it would cut a message from 160 to 70 characters.
            return Text(text.subject, text.body.replace(NO_BREAK_SPACE, " "))
        if channel == "email":
            return Text(text.subject, text.body, self._as_html(text, language))
        return text

    def _as_html(self, text: Text, language: str) -> str:
        """The same words for a reader that shows HTML: the frame sets direction and letters."""
        return self._frame.render(
            language=LANGUAGES[language],
            subject=text.subject,
            paragraphs=[part.splitlines() for part in text.body.strip().split("\n\n")],
        )

    def _templates_of(
        self, kind: str, channel: str, language: str
    ) -> tuple[Template | None, Template]:
        key = (kind, channel, language)
        if key not in self._templates:
            load = self._environments[language].get_template
            subject, body = FILES[channel]
            self._templates[key] = (
                load(f"messages/{kind}.{subject}.txt") if subject else None,
                load(f"messages/{kind}.{body}.txt"),
            )
        return self._templates[key]


def _environment(loader: BaseLoader | None, code: str) -> Environment:
    """Plain text, so nothing is escaped; a name that a template needs must be given."""
    language = LANGUAGES[code]
    environment = Environment(  # noqa: S701
        loader=loader, undefined=StrictUndefined, extensions=["jinja2.ext.i18n"]
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.globals.clear()
    texts = catalog(language)
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        texts.gettext, texts.ngettext, newstyle=False
    )
    for name, write in IN_PLAIN_TEXT.items():
        environment.filters[name] = partial(write, language=language)
    return environment
