"""What every page that is signed does: it sends the code, reads the account, says what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flask import request, session
from flask_babel import gettext as _

from webapp.authorisation import TEXT_VERSION, full_text, short_text, signed_text
from webapp.catalogs import ARABIC, FRENCH
from webapp.domain.errors import (
    AccountAlreadyCollecting,
    CodeExpired,
    KhatwaError,
    SameAccount,
    ShownChanged,
    TooManyTries,
    UnknownWorksite,
    WorksiteTaken,
    WrongCode,
)
from webapp.domain.money import Centimes
from webapp.domain.rib import Rib
from webapp.forms.activation import AccountForm, SigningForm
from webapp.forms.messages import sentence_for
from webapp.languages import current_language
from webapp.models import CodePurpose, Language, SignatoryQuality
from webapp.services.codes import ask_for_another_code
from webapp.services.mandates import Signature, digest_of
from webapp.services.signing import TypedCode
from webapp.views import desk
from webapp.views.account_answer import answer_to_account

# In the cookie: the reference of the code that was sent for the signature.
SIGNING = "signing"

# Beside which field it is said that something cannot be signed.
FIELD_OF_ERROR: Mapping[type[KhatwaError], str] = {
    WrongCode: "code",
    CodeExpired: "code",
    TooManyTries: "code",
    AccountAlreadyCollecting: "account",
    SameAccount: "account",
    ShownChanged: "entitled",
    WorksiteTaken: "worksites",
    UnknownWorksite: "worksites",
}


def step_of_form() -> str:
    """What the button that was pressed asks for; the language switch only shows the page."""
    return "show" if desk.wants_other_language() else request.form.get("step", "show")


def send_code(form: SigningForm, *, again: bool) -> None:
    """Send the code of the signature, unless one is on its way; the field says why not."""
    try:
        asked = ask_for_another_code(
            *desk.access(),
            CodePurpose.SIGN_MANDATE,
            desk.who().member_number,
            current_language().code,
            session.get(SIGNING),
            wanted=again,
            person_id=desk.who().person_id,
        )
    except TooManyTries as error:
        form.code.errors = [sentence_for(error)]
        return
    if asked is not None:
        session[SIGNING] = asked.reference
        desk.send_when_answered(asked.message)


def code_is_sent() -> bool:
    return bool(session.get(SIGNING))


def typed_code(form: SigningForm) -> TypedCode:
    return TypedCode(session.get(SIGNING, ""), form.code.data)


def text_was_shown(
    form: SigningForm, ceiling: Centimes | None, worksites: Sequence[str] = ()
) -> bool:
    """Whether the text that is signed is the one that stood on the page; the tick says if not."""
    if request.form.get("text") == digest_of(signed_text(ceiling, worksites)):
        return True
    form.entitled.errors = [_("The text has changed. Please read it again.")]
    return False


def signature_of(
    form: SigningForm,
    account: Rib,
    ceiling: Centimes | None,
    names: Sequence[str] = (),
    **more: bool | tuple[str, ...],
) -> Signature:
    """What the valid form signs, with its evidence; `names` are of an exception's worksites."""
    acting = desk.acting()
    return Signature(
        member_number=desk.who().member_number,
        account=account,
        text=signed_text(ceiling, names),
        text_version=TEXT_VERSION,
        language=Language(current_language().code),
        ceiling=ceiling,
        quality=SignatoryQuality(form.quality.data),
        channel=acting.channel,
        device=acting.device,
        person_id=acting.person_id,
        staff_id=acting.staff_id,
        **more,  # type: ignore[arg-type]  # a mix of types
    )


def sign(form: SigningForm, act: Callable[[], str]) -> str | None:
    """The reference of what was signed; None when a field says why not."""
    try:
        return act()
    except tuple(FIELD_OF_ERROR) as error:
        form[FIELD_OF_ERROR[type(error)]].errors = [sentence_for(error)]
        return None


def account_values(form: AccountForm, *, complete: bool = True) -> dict[str, object]:
    """What the page says of the account that was typed; errors of a hidden code move to it.

    The code has its place when what it signs is `complete`.
    """
    account = form.account.data
    code_sent = bool(account and code_is_sent() and complete)
    if not code_sent:  # the field of the code is not on the page
        form.account.errors = [*form.account.errors, *form.code.errors]
        form.code.errors = []
    return {"form": form, "code_sent": code_sent, **answer_to_account(account)}


def text_values(ceiling: Centimes | None, worksites: Sequence[str] = ()) -> dict[str, object]:
    """The text that is signed, as the page shows it."""
    language = current_language()
    return {
        "short_text": short_text(language, ceiling, worksites),
        "text_digest": digest_of(signed_text(ceiling, worksites)),
        "full_texts": [(one, full_text(one, ceiling, worksites)) for one in (ARABIC, FRENCH)],
        "notice_bank_days": desk.working_day().rules.notice_bank_days,
        "code_minutes": desk.ACCESS.code_minutes,
    }
