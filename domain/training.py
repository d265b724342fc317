"""Rules of training requests."""

from domain.roles import Member

ALREADY = {
    "approved": "Deze aanvraag is al goedgekeurd.",
    "refused": "Deze aanvraag is al afgewezen.",
    "withdrawn": "Deze aanvraag is ingetrokken. Er hoeft niets meer over te worden besloten.",
}


def why_not_decide(member: Member, requester_id: int, state: str) -> str | None:
    """Why this member may not decide on a request, as a sentence; None when they may.

    Nobody decides on their own request: a griffier who is also asking waits for a colleague.
    """
    if state in ALREADY:
        return ALREADY[state]
    if member.id == requester_id:
        return "U kunt niet over uw eigen aanvraag beslissen. Een collega van de griffie moet dat doen."
    return None
