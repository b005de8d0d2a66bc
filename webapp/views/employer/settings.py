"""Where codes and notices go, in which language, and which messages are wished."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # not in its stubs

from webapp.audiences import Audience, open_to
from webapp.domain.errors import NoSuchContact
from webapp.domain.tellings import topics_by_weight
from webapp.forms.messages import sentence_for
from webapp.forms.trust import SettingsForm
from webapp.models import Language, NoticeChannel
from webapp.services.settings import Choices, Settings, choose, settings_of
from webapp.views import desk, visitor
from webapp.views.employer.blueprint import employer


@employer.route("/settings", methods=["GET", "POST"])
@open_to(Audience.OWNER)
def settings() -> ResponseReturnValue:
    known = settings_of(desk.session(), desk.who().employer_id)
    form = _form(known)
    if request.method == "POST" and not desk.wants_other_language() and form.validate():
        answer = visitor.proof_wanted() or _take_over(form)
        if answer is not None:
            return answer
    values = {"form": form, "topics_by_weight": topics_by_weight()}
    return desk.form_page("employer/settings.html", values, wrong=bool(form.errors))


def _take_over(form: SettingsForm) -> ResponseReturnValue | None:
    choices = Choices(
        NoticeChannel(form.codes.data),
        NoticeChannel(form.notices.data),
        Language(form.tongue.data),
        quiet=form.quiet.data,
        told_of_looks=form.looks.data,
    )
    try:
        choose(desk.session(), desk.working_day(), desk.vault(), desk.who().employer_id, choices)
    except NoSuchContact as error:
        form.codes.errors = [sentence_for(error)]
        return None
    flash("settings_changed")
    return redirect(url_for("employer.my_data"))


def _form(known: Settings) -> SettingsForm:
    """The choices that lead somewhere; the contacts are named masked."""
    form = SettingsForm(
        visitor.what_was_typed(),
        codes=known.choices.codes.value,
        notices=known.choices.notices.value,
        tongue=known.choices.language.value,
        quiet=known.choices.quiet,
        looks=known.choices.told_of_looks,
    )
    ways = []
    if known.phone:
        ways.append(
            ("sms", _("By text message, to the number ending in %(last)s", last=known.phone))
        )
    if known.email:
        sentence = _("By e-mail, to %(address)s", address=known.email)
        ways.append(SelectChoice("email", sentence))
    form.codes.choices = ways
    form.notices.choices = [
        *ways,
        SelectChoice("portal", _("Only here, in my space: nothing is sent")),
    ]
    return form
