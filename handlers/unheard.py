"""What reaches the bot and is not words it can take: what it says about that."""

from datetime import datetime

from sqlmodel import Session

from domain.messages import Incoming, Kind, Reply
from storage import inbox

_SEALED = (
    "Ik kan uw bericht niet lezen. Het is versleuteld, en de sleutel is hier niet aangekomen.\n\n"
    "Komt de sleutel nog, dan geef ik vanzelf antwoord. Duurt het te lang? Stuur uw bericht dan opnieuw. "
    "Helpt dat niet, log dan in uw app uit en weer in, of nodig mij uit in een nieuwe chat."
)
_CHANGED = (
    "U hebt een eerder bericht gewijzigd of verwijderd. Dat bericht had ik al verwerkt. Er is dus niets veranderd.\n\n"
)
_NOT_KEPT = (
    "Uw vorige bericht heb ik niet bewaard, ook na uw wijziging niet. "
    "Wilt u nog iets zeggen? Stuur het als nieuw bericht, zonder persoonsgegevens."
)
_ANEW = "Wilt u iets anders zeggen? Stuur het als nieuw bericht."
_BACK = "Wilt u uw antwoord veranderen? Typ “terug”, en geef het opnieuw."


def sealed(said: Incoming, session: Session, now: datetime) -> Reply | None:
    """For a message that cannot be decrypted: what to do, once a day in each chat."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if inbox.handled_since(session, said.chat, Kind.SEALED, today):
        return None
    return Reply(_SEALED)


def changed(said: Incoming, session: Session, *, asked: bool = False) -> Reply | None:
    """For an earlier message that was edited or removed: nothing of what it did is undone.

    `asked`: a question is open, so that it may well have been an answer, which can be given again.
    """
    match inbox.was_said(session, said.chat, said.text):
        case None:
            return None
        case Kind.PERSONAL:
            return Reply(_NOT_KEPT)
    return Reply(_CHANGED + (_BACK if asked else _ANEW))
