"""Rules of training requests."""

import re

from domain import answers
from domain.choosing import words
from domain.messages import Refusal
from domain.roles import Member
from domain.typed import simple

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


_YES = frozenset(["goedkeuren", "goedgekeurd", "toestaan", "niet afwijzen", "akkoord", "is akkoord", "is goed"])
_NO = frozenset(["afwijzen", "afkeuren", "afgewezen", "afgekeurd", "weigeren", "niet goedkeuren", "niet akkoord"])
_BEFORE = re.compile(r"^(?:(?:nee|ja|toch|ik|wil|wilde|hem|haar|deze|die|dit|maar|sorry|liever) )+")


def remark(said: str) -> str:
    """What the griffie says with a yes. Raises Refusal for a no, which is no remark on a yes."""
    _same_decision(said, _NO, "U keurt deze aanvraag nu goed. Wilt u haar afwijzen?")
    return answers.text(said, most=1000, least=2)


def reason(said: str) -> str:
    """Why the griffie says no. Raises Refusal for a yes, which is no reason for a no."""
    _same_decision(said, _YES, "U wijst deze aanvraag nu af. Wilt u haar goedkeuren?")
    return answers.text(said, most=1000, least=3)


def _same_decision(said: str, other: frozenset[str], sentence: str) -> None:
    plain = " ".join(words(simple(said)))
    if _BEFORE.sub("", plain) in other or plain in other:
        raise Refusal(f"{sentence} Typ dan eerst: stop. Daarna kiest u opnieuw, met /aanvragen.")
