"""What programs ask under an idempotency key: done once, answered alike for as long as it is kept.

The claim, the work and the answer are one transaction. Of two requests at the same moment the
second waits at the key of the table, then finds the first one's answer; a process that dies leaves
no claim behind, and the request may be sent again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.domain.errors import IdempotencyKeyReused, InvalidInput, NotFound, RuleRefused
from webapp.models import ApiRequest
from webapp.services.sets import insert_ignoring
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

# What is answered to a program again; anything else is a fault, and undoes the claim.
Refusal = InvalidInput | RuleRefused | NotFound


@dataclass(frozen=True, slots=True)
class Claim:
    """A request: whose key sent it, under which idempotency key, and the digest of its body."""

    api_key_id: int
    idempotency_key: str
    body_sha256: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and the bytes of an answer; `again` when it had been given before."""

    status: int
    content: bytes
    again: bool = False


def answer_once(
    session: Session,
    day: WorkingDay,
    claim: Claim,
    work: Callable[[], Answer],
    refuse: Callable[[Refusal], Answer],
) -> Answer:
    """Do the work of a request that was not done yet, inside this transaction; else its answer.

    What `work` raises as a refusal undoes all that it wrote and is answered by `refuse`, which is
    kept as well. Raises IdempotencyKeyReused for another body under the same key.
    """
    with transaction(session):
        id_ = session.scalar(
            insert_ignoring(session, ApiRequest)
            .values(
                api_key_id=claim.api_key_id,
                idempotency_key=claim.idempotency_key,
                body_sha256=claim.body_sha256,
                answer=b"",
                made_at=day.now,
            )
            .returning(ApiRequest.id)
        )
        if id_ is None:
            return _given_before(session, claim)
        try:
            with session.begin_nested():
                answer = work()
        except (InvalidInput, RuleRefused, NotFound) as error:
            answer = refuse(error)
        session.execute(
            update(ApiRequest)
            .where(ApiRequest.id == id_)
            .values(status=answer.status, answer=answer.content)
            .execution_options(synchronize_session=False)
        )
    return answer


def _given_before(session: Session, claim: Claim) -> Answer:
    row = session.execute(
        select(ApiRequest.body_sha256, ApiRequest.status, ApiRequest.answer).where(
            ApiRequest.api_key_id == claim.api_key_id,
            ApiRequest.idempotency_key == claim.idempotency_key,
        )
    ).one()
    if row.body_sha256 != claim.body_sha256 or row.status is None:
        raise IdempotencyKeyReused()
    return Answer(row.status, row.answer, again=True)
