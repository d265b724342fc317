"""The settings of a municipality that were given when it was added, and may change after."""

from datetime import datetime

from sqlmodel import Session

from domain import answers, dutch
from domain.messages import Refusal
from storage import audit
from storage.tables import Municipality


def change(
    session: Session, row: Municipality, name: str | None, contact: str | None, budget: int | None, now: datetime
) -> list[str]:
    """Changes what is given, and returns the names of the columns that are other than before. `budget` is in whole
    euros. Raises Refusal for an empty name."""
    new: dict[str, str | int] = {}
    if name is not None:
        if not name.strip():
            raise Refusal("Een gemeente heeft een naam nodig.")
        new["name"] = answers.text(name, most=100, least=2)
    if contact is not None:
        new["contact"] = answers.text(contact, most=300, least=3) if contact.strip() else ""
    if budget is not None:
        new["budget_cents"] = budget * 100
    changed = [column for column, value in new.items() if getattr(row, column) != value]
    for column in changed:
        setattr(row, column, new[column])
        assert row.id is not None
        audit.by(session, row.id, None, f"municipality.{column}", "municipality", row.id, now)
    session.add(row)
    session.flush()
    return changed


def described(row: Municipality) -> list[str]:
    """What stands there now, a line each."""
    return [
        f"Gemeente: {row.name} ({row.code})",
        f"Contact: {row.contact or 'niet ingevuld'}",
        f"Opleidingsbudget per jaar: {dutch.money(row.budget_cents) if row.budget_cents else 'geen'}",
    ]
