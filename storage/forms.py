"""The form a person is in. It survives a restart and goes with the person to another platform."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session

from storage.tables import OpenForm
from storage.tables.columns import core, listed

_FORM = core(OpenForm)
_OPENED = select(_FORM.c.id, _FORM.c.person_id).where(_FORM.c.person_id.in_(listed("people")))


TURN = "turn:"  # beside the answers: how often these were kept


def opened(session: Session, people: Collection[int]) -> dict[int, OpenForm]:
    """The open forms of these people, by person."""
    if not people:
        return {}
    found = session.connection().execute(_OPENED, {"people": list(people)})
    return {row.person_id: session.get_one(OpenForm, row.id) for row in found}


def open_form(
    session: Session,
    person_id: int,
    municipality_id: int,
    form: str,
    answers: dict[str, Any],
    options: dict[str, list[str]],
    now: datetime,
) -> OpenForm:
    """Begins a form, with what is known already. A person has one form at a time."""
    row = OpenForm(
        person_id=person_id,
        municipality_id=municipality_id,
        form=form,
        answers=answers,
        options=options,
        started_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    return row


def keep(session: Session, row: OpenForm, answers: dict[str, Any], now: datetime) -> None:
    """Keeps the answers as they are now understood. Each time counts: what was offered before is then an old button."""
    row.answers = answers | {TURN: row.answers.get(TURN, 0) + 1}
    row.updated_at = now
    session.add(row)


def close(session: Session, row: OpenForm) -> None:
    """Ends a form, whether it was completed or stopped."""
    session.delete(row)
    session.flush()


def forget(session: Session, before: datetime, names: Collection[str] | None = None) -> None:
    """Ends the forms, or those with these names, that nobody went on with since a moment; what was typed in them
    goes."""
    old = delete(_FORM).where(_FORM.c.updated_at < before)
    session.execute(old if names is None else old.where(_FORM.c.form.in_(names)))
