"""The debits of an employer: the list, and one with everything that happened to it."""

from __future__ import annotations

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from webapp.archives import proof_pack_zip
from webapp.audiences import Audience, open_to
from webapp.services.contests.opening import contestable
from webapp.services.contests.reading import contests_of_debit
from webapp.services.debit_history import find_debit, list_debits
from webapp.services.debit_life import following
from webapp.services.period_calendar import correctable_in
from webapp.services.proof_packs import gather_own_proof
from webapp.views import desk
from webapp.views.employer.blueprint import employer


@employer.get("/debits")
@open_to(Audience.EMPLOYER)
def debits() -> ResponseReturnValue:
    rows, more = list_debits(desk.session(), desk.who().employer_id, request.args.get("before"))
    return render_template("employer/debits.html", debits=rows, more=more)


@employer.get("/debits/<reference>")
@open_to(Audience.EMPLOYER)
def debit(reference: str) -> ResponseReturnValue:
    day = desk.working_day()
    session, owner = desk.session(), desk.who().employer_id
    page = find_debit(session, owner, reference)
    return render_template(
        "employer/debit.html",
        page=page,
        debit=page.debit,
        follows={one.number: following(page.debit, page.attempts, one) for one in page.attempts},
        offered=contestable(session, day, owner, reference),
        contests=contests_of_debit(session, owner, reference),
        correctable=correctable_in(session, day, owner, reference),
        today=day.today,
        max_attempts=day.rules.max_attempts,
    )


@employer.get("/debits/<reference>/proof")
@open_to(Audience.EMPLOYER)
def debit_proof(reference: str) -> ResponseReturnValue:
    pack = gather_own_proof(desk.session(), desk.who().employer_id, reference)
    archive = proof_pack_zip(current_app, pack, desk.moment().now)
    return desk.file_answer(archive, f"khatwa-{reference}.zip", "application/zip")
