"""What is kept about somebody, for their own eyes."""

from datetime import date, datetime

from sqlmodel import Session

from domain import dutch, platforms
from domain.markup import escape
from domain.messages import Incoming, Reply
from domain.roles import Municipality
from handlers import questions, training
from handlers.context import Context
from storage import dossier
from storage.tables import EntryKind, Member

_ENTRIES = {
    EntryKind.ALLOTTED: "uw budget",
    EntryKind.COMMITTED: "goedgekeurd",
    EntryKind.RELEASED: "teruggekomen",
}


def mine(said: Incoming, ctx: Context) -> Reply:
    """/gegevens"""
    member = ctx.session.get_one(Member, ctx.member.id)
    return Reply(about(ctx.session, member, ctx.member.municipality, ctx.today))


def about(session: Session, member: Member, place: Municipality, today: date) -> str:
    """Everything that is kept about a member of this municipality, as they read it."""
    kept = dossier.of(session, member)

    def day(moment: datetime) -> str:
        return dutch.date_text(place.date_at(moment))

    functions = [
        f"{row.role.value.capitalize()}{f' ({escape(row.name)})' if row.name else ''}, {_span(row.begins, row.ends)}"
        for row in kept.held
    ]
    seats = [f"{escape(row.name)}, {_span(row.begins, row.ends)}" for row in kept.seats]
    chats = [
        f"{platforms.called(chat.platform)} ({escape(chat.address)}{f', {escape(chat.own)}' if chat.own else ''}), "
        f"sinds {day(chat.linked_at)}"
        for chat in kept.chats
    ]
    entries = [f"{row.year}: {_ENTRIES[row.kind]}, {dutch.money(row.cents)}" for row in kept.entries]
    files = [f"{escape(row.name)}, van {day(row.sent_at)}" for row in kept.files]
    counted = [
        dutch.plural(number, one, many)
        for number, one, many in (
            (kept.texts, "bericht aan u waarvan de tekst er nog is", "berichten aan u waarvan de tekst er nog is"),
            (kept.notices, "bericht van de griffie dat voor u was", "berichten van de griffie die voor u waren"),
            (kept.reminders, "herinnering aan een vergadering", "herinneringen aan vergaderingen"),
        )
        if number
    ]
    return "\n\n".join(
        [
            f"**Wat Raadsmaat bewaart van {escape(member.name)}**\n"
            f"Gemeente {escape(place.name)}, {dutch.date_text(today)}",
            f"E-mailadres: {escape(member.email) if member.email else 'niet bekend'}",
            *_part("Uw functies", functions),
            *_part("Raad en commissies", seats),
            *_part("Uw chats", chats),
            *(questions.shown(session, row) for row in kept.questions),
            *_part(
                "Uw aanvragen",
                [
                    f"{training.line(row)} Aanbieder: {escape(row.provider)}. Waarom: {escape(row.why)}"
                    for row in kept.requests
                ],
            ),
            *_part("Uw opleidingsbudget", entries),
            *_part("Uw bestanden", files),
            *_part("Nog niet verstuurd", [f"“{escape(answer)}”" for answer in kept.half]),
            *_part("Verder", [*_chosen(kept), *counted]),
        ]
    )


def _chosen(kept: dossier.Dossier) -> list[str]:
    leads = None if kept.leads is None else dutch.listing([f"{dutch.lead_words(lead)} ervoor" for lead in kept.leads])
    return [
        *([f"uw keuze van herinneringen: {leads or 'geen'}"] if leads is not None else []),
        *([f"waarover uw laatste vraag ging: {escape(kept.about)}"] if kept.about else []),
    ]


def _part(title: str, lines: list[str]) -> list[str]:
    return ["\n".join([f"**{title}**", *(f"- {line}" for line in lines)])] if lines else []


def _span(begins: date, ends: date | None) -> str:
    return (
        f"van {dutch.date_text(begins)} tot en met {dutch.date_text(ends)}"
        if ends
        else f"sinds {dutch.date_text(begins)}"
    )
