"""The messages and notices that were sent, to read again."""

from __future__ import annotations

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.retention import Kept, retention_of
from webapp.outside import Text, words_of
from webapp.services.correspondence import Letter, letters
from webapp.views import desk
from webapp.views.employer.blueprint import employer


@employer.get("/messages")
@open_to(Audience.OWNER)
def messages() -> ResponseReturnValue:
    found, more = letters(
        desk.session(), desk.working_day(), desk.vault(), desk.who().employer_id,
        request.args.get("before"),
    )  # fmt: skip
    return render_template(
        "employer/messages.html",
        letters=[(letter, _words(letter)) for letter in found],
        more=more,
        kept=retention_of(Kept.MESSAGES).span,
    )


def _words(letter: Letter) -> Text | None:
    """Its words; None where nobody can put them together any more."""
    if letter.values is None:
        return None
    channel, language = letter.channel.value, letter.language.value
    return words_of(current_app, letter.kind, channel, language, letter.values)
