"""Every component in every state, in both directions: look at it after a change of style."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template
from wtforms import BooleanField, Form, SelectField, StringField

from webapp.audiences import Audience, open_to
from webapp.languages import PREFIX, prefix_with_language
from webapp.views.development.samples import SAMPLES

development = Blueprint("development", __name__, url_prefix=PREFIX)
prefix_with_language(development)

AMOUNTS_CENTIMES = (648_000_00, 388_800_00, 259_200_00)
DAY = date(2027, 1, 28)

# Label, then what is said when it must be corrected.
WORDS_OF_FIELDS = {
    "ar": {
        "name": ("اسم الورشة", "أدخلوا اسم الورشة."),
        "account": ("رقم الحساب", "رقم الحساب غير صحيح: ينقصه رقم واحد."),
        "periodicity": ("دورية التصريح", "اختاروا دورية التصريح."),
        "entitled": (
            "أصرّح أنني مخوَّل(ة) بالإمضاء على هذا الحساب",
            "يجب التصريح بأنكم مخوَّلون بالإمضاء.",
        ),
    },
    "fr": {
        "name": ("Nom du chantier", "Indiquez le nom du chantier."),
        "account": ("Numéro de compte", "Numéro de compte incorrect\u00a0: il manque un chiffre."),
        "periodicity": ("Périodicité", "Choisissez la périodicité."),
        "entitled": (
            "Je déclare être habilité(e) à signer sur ce compte",
            "Vous devez déclarer être habilité(e) à signer.",
        ),
    },
}
PERIODICITIES = {
    "ar": [("monthly", "شهرية"), ("quarterly", "فصلية")],
    "fr": [("monthly", "Mensuelle"), ("quarterly", "Trimestrielle")],
}


class SampleForm(Form):
    name = StringField()
    account = StringField()
    periodicity = SelectField()
    entitled = BooleanField()


def sample_form(language: str, block: str, *, wrong: bool = False) -> SampleForm:
    """A filled form in `language` for one block of the page, every field in error or none."""
    form = SampleForm(
        prefix=f"{language}-{block}-",
        data={"name": WORDS_OF_FIELDS[language]["name"][0], "account": "007 99999 0023456789 41"},
    )
    form.periodicity.choices = PERIODICITIES[language]
    for name, (label, message) in WORDS_OF_FIELDS[language].items():
        form[name].label.text = label
        form[name].errors = [message] if wrong else []
    return form


@development.get("/styles")
@open_to(Audience.DEVELOPMENT)
def styles() -> str:
    return render_template(
        "development/styles.html",
        samples=SAMPLES,
        forms={code: sample_form(code, "well") for code in WORDS_OF_FIELDS},
        wrong_forms={code: sample_form(code, "wrong", wrong=True) for code in WORDS_OF_FIELDS},
        more_forms={code: sample_form(code, "more") for code in WORDS_OF_FIELDS},
        amounts=AMOUNTS_CENTIMES,
        day=DAY,
    )
