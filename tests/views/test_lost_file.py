"""What an employer reads when a bank has not got the file of the fund with their debit."""

from __future__ import annotations

from sqlalchemy import select

from tests.services.doubting import NEXT_DAY, Lost
from tests.views.browser import Browser, Site
from webapp.models import Employer
from webapp.services.bank_files import confirm_sent

TOLD = {"ar": "لم يصل هذا الاقتطاع إلى المؤسسة", "fr": "pas parvenu à l'établissement"}


def test_an_employer_is_told_that_the_institution_has_not_got_the_file(
    visitor: Browser, site: Site
) -> None:
    desk = site.desk
    desk.file_one()
    desk.approve_all()
    office = Lost(desk)
    office.doubt()
    member = desk.session.scalars(select(Employer.member_number)).one()
    reference = desk.debits()[0].reference
    desk.session.rollback()
    site.clock.go_to(NEXT_DAY)
    visitor.sign_in(member)

    def told() -> bool:
        return TOLD[visitor.language] in visitor.open(f"debits/{reference}").text_of("//main")

    assert not told()
    office.give_up()
    assert told()
    office.freeze_again()
    assert told()
    confirm_sent(desk.session, office.day(), office.reference)
    assert not told()
