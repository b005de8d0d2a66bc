"""The run of the day ends the certificates of who is no longer in good standing."""

from __future__ import annotations

from flask.testing import FlaskCliRunner
from sqlalchemy import select, update

from tests import builders
from tests.services.collecting import FILED
from webapp.domain.statuses import MandateStatus
from webapp.extensions import db
from webapp.models import Certificate, Employer, Mandate, Message, RevocationCause
from webapp.services.certificates.issuing import issue_certificate


def test_a_run_revokes_what_was_lost_and_queues_a_message(cli: FlaskCliRunner) -> None:
    with cli.app.app_context():
        session = db.session()
        owner = session.scalars(select(Employer.id)).one()
        session.rollback()
        issue_certificate(session, builders.working_day(session, FILED), owner)
        # Nobody debits October any more, and its legal day passes.
        session.execute(update(Mandate).values(status=MandateStatus.REVOKED))
        session.commit()
    for on, cause in (("2026-11-30", None), ("2026-12-01", RevocationCause.OVERDUE)):
        result = cli.invoke(args=["run-debits", "--on", on, "--force"])
        assert result.exit_code in (0, 3), result.output
        with cli.app.app_context():
            assert db.session().scalars(select(Certificate.revocation_cause)).one() is cause
    with cli.app.app_context():
        assert "certificate_revoked" in db.session().scalars(select(Message.kind)).all()
