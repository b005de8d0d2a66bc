"""The proof of a contested debit, to take away."""

from __future__ import annotations

from flask import current_app
from flask.typing import ResponseReturnValue

from webapp.archives import proof_pack_zip
from webapp.audiences import Audience, open_to
from webapp.services.proof_packs import gather_proof
from webapp.services.staff.employers import note_proof
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import staff


@staff.get("/debits/<reference>/proof")
@open_to(Audience.DESK)
def proof(reference: str) -> ResponseReturnValue:
    pack = gather_proof(desk.session(), visitor.who().scope.agency_id, reference)
    archive = proof_pack_zip(current_app, pack, desk.moment().now)
    note_proof(desk.session(), desk.working_day(), str(pack.debit["member_number"]))
    return desk.file_answer(archive, f"khatwa-{reference}.zip", "application/zip")
