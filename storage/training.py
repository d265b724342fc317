"""Training requests and the personal training budget."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from domain.messages import Refusal
from domain.roles import COUNCIL, Member
from domain.training import why_not_decide
from storage import audit
from storage.tables import EntryKind, LedgerEntry, Municipality, RequestState, TrainingRequest

_UNKNOWN = "Die aanvraag ken ik niet. Met /aanvragen ziet u welke er zijn."


def submit(
    session: Session,
    member: Member,
    *,
    title: str,
    provider: str,
    day: date | None,
    cost_cents: int,
    why: str,
    cause: str,
    now: datetime,
) -> TrainingRequest:
    """Stores a request. `cause` is the key of the message that confirmed it: the same one is stored once."""
    request = TrainingRequest(
        municipality_id=member.municipality.id,
        member_id=member.id,
        cause=cause,
        title=title,
        provider=provider,
        day=day,
        cost_cents=cost_cents,
        why=why,
        submitted_at=now,
    )
    session.add(request)
    session.flush()
    return request


def get(session: Session, member: Member, request_id: int) -> TrainingRequest:
    """A request that this member may see: their own, or for the griffie any of their municipality.

    Raises Refusal; a request elsewhere and one that does not exist give the same sentence.
    """
    request = session.get(TrainingRequest, request_id)
    mine = request is not None and request.municipality_id == member.municipality.id
    if request is None or not mine or not (member.griffie or request.member_id == member.id):
        raise Refusal(_UNKNOWN)
    return request


def decidable(session: Session, member: Member, request_id: int) -> TrainingRequest:
    """A request on which this member may decide now. Raises Refusal with the reason where not."""
    request = get(session, member, request_id)
    if reason := why_not_decide(member, request.member_id, request.state):
        raise Refusal(reason)
    return request


def decide(
    session: Session, member: Member, request_id: int, *, approved: bool, reason: str | None, now: datetime
) -> TrainingRequest:
    """Records a decision; approval commits the costs in the ledger. Raises Refusal where it may not be."""
    request = decidable(session, member, request_id)
    request.state = RequestState.APPROVED if approved else RequestState.REFUSED
    request.decided_by, request.decided_at, request.reason = member.id, now, reason
    session.add(request)
    if approved:
        session.add(
            LedgerEntry(
                municipality_id=request.municipality_id,
                member_id=request.member_id,
                year=budget_year(request, member, now),
                kind=EntryKind.COMMITTED,
                cents=-request.cost_cents,
                request_id=request.id,
                at=now,
            )
        )
    audit.record(session, member, f"training.{request.state}", "training", request_id, now)
    session.flush()
    return request


def withdraw(session: Session, member: Member, request_id: int, now: datetime) -> TrainingRequest:
    """The requester takes an undecided request back. Raises Refusal when that cannot be."""
    request = get(session, member, request_id)
    if request.member_id != member.id:
        raise Refusal("U kunt alleen uw eigen aanvraag intrekken.")
    if request.state == RequestState.WITHDRAWN:
        raise Refusal("Deze aanvraag is al ingetrokken.")
    if request.state != RequestState.SUBMITTED:
        raise Refusal("Over deze aanvraag is al beslist. Neem contact op met de griffie als u niet meer wilt.")
    request.state, request.decided_at = RequestState.WITHDRAWN, now
    session.add(request)
    audit.record(session, member, "training.withdrawn", "training", request_id, now)
    return request


def budget_year(request: TrainingRequest, member: Member, now: datetime) -> int:
    """The calendar year whose budget a request uses: that of the training, else the current one."""
    return request.day.year if request.day else now.astimezone(member.municipality.zone).year


def mine(session: Session, member: Member) -> list[TrainingRequest]:
    """A member's own requests, the newest first."""
    query = (
        select(TrainingRequest)
        .where(
            col(TrainingRequest.municipality_id) == member.municipality.id,
            col(TrainingRequest.member_id) == member.id,
        )
        .order_by(col(TrainingRequest.id).desc())
    )
    return list(session.scalars(query))


def undecided(session: Session, member: Member) -> list[TrainingRequest]:
    """What the griffie still has to decide on, the oldest first."""
    query = (
        select(TrainingRequest)
        .where(
            col(TrainingRequest.municipality_id) == member.municipality.id,
            col(TrainingRequest.state) == RequestState.SUBMITTED,
        )
        .order_by(col(TrainingRequest.id))
    )
    return list(session.scalars(query))


def allot(session: Session, member: Member, year: int, now: datetime) -> None:
    """Gives a council member the year's budget of their municipality, once."""
    municipality = session.get_one(Municipality, member.municipality.id)
    if not municipality.budget_cents or not member.may(COUNCIL):
        return
    given = select(col(LedgerEntry.id)).where(
        col(LedgerEntry.member_id) == member.id,
        col(LedgerEntry.year) == year,
        col(LedgerEntry.kind) == EntryKind.ALLOTTED,
    )
    if session.scalars(given).first() is None:
        session.add(
            LedgerEntry(
                municipality_id=member.municipality.id,
                member_id=member.id,
                year=year,
                kind=EntryKind.ALLOTTED,
                cents=municipality.budget_cents,
                at=now,
            )
        )
        session.flush()


def balance(session: Session, member_id: int, year: int) -> int:
    """What is left of a member's budget of a year, in cents: the sum of its entries."""
    total = session.scalar(
        select(func.coalesce(func.sum(col(LedgerEntry.cents)), 0)).where(
            col(LedgerEntry.member_id) == member_id, col(LedgerEntry.year) == year
        )
    )
    return int(total or 0)
