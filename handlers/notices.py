"""Notices: written by the griffie, seen before they go, and followed until everybody is reached."""

from dataclasses import dataclass

from domain import answers, dutch, platforms
from domain.files import size_text
from domain.forms import choice_of, question
from domain.markup import escape
from domain.messages import Choice, Incoming, Reply
from domain.roles import GRIFFIE
from handlers import forms, numbers
from handlers.context import Context
from storage import files, groups, members, notices

_NAMES_SHOWN = 15


@dataclass(frozen=True)
class Written:
    """A notice, whom it is for, and the file that goes with it."""

    audience: str = choice_of("Voor wie is het bericht?", "voor wie")
    text: str = question(
        "Wat wilt u laten weten? Typ het bericht zoals de mensen het moeten lezen.",
        "bericht",
        lambda said: answers.text(said.text, most=3000, least=3),
    )
    file: int | None = None


def write(said: Incoming, ctx: Context) -> Reply:
    """/bericht"""
    return forms.begin(WRITTEN, ctx, options={"audience": notices.audiences(ctx.session, ctx.member)})


def message(text: str, municipality: str) -> str:
    """A notice exactly as people get it."""
    return f"**Bericht van de griffie van {escape(municipality)}**\n\n{escape(text)}"


def preview(filled: Written, ctx: Context) -> str:
    """What will go to how many, before it goes."""
    people = notices.audience(ctx.session, ctx.member, filled.audience, ctx.now)
    reached = members.linked(ctx.session, people)
    missing = [escape(person.name) for person in people if person.id not in reached]
    lines = [
        f"Dit bericht gaat naar **{escape(filled.audience)}**: {dutch.plural(len(reached), 'persoon', 'mensen')}.",
    ]
    if missing:
        lines.append(f"Niet bereikbaar via Raadsmaat: {dutch.some(missing)}.")
    rooms = groups.for_audience(ctx.session, ctx.member.municipality.id, filled.audience)
    if rooms:
        places = dutch.listing([platforms.called(group.platform) for group in rooms])
        lines.append(f"Het komt ook in de groep van {escape(filled.audience)} (op {places}).")
    kept = filled.file and files.described(ctx.session, ctx.member.municipality.id, filled.file)
    if kept:
        lines.append(f"Het bestand {escape(kept.name)} ({size_text(kept.size)}) gaat mee.")
    shown = message(filled.text, ctx.member.municipality.name)
    return "\n".join(lines) + f"\n\n———\n{shown}\n———"


def written(filled: Written, said: Incoming, ctx: Context) -> Reply:
    """The griffie confirmed: it is owed to everybody from now on."""
    notice = notices.send(ctx.session, ctx.member, filled.audience, filled.text, said.key, ctx.now, filled.file)
    return Reply(
        f"Bericht {notice.id} wordt nu verstuurd.",
        (Choice("Wie is bereikt?", f"/bereik {notice.id}"),),
    )


def reach(said: Incoming, ctx: Context) -> Reply:
    """/bereik, or with a number: who was reached by that notice."""
    if not said.rest:
        latest = notices.latest(ctx.session, ctx.member)
        if not latest:
            return Reply(
                "Er zijn nog geen berichten verstuurd. Met /bericht schrijft u er een. Met /leden ziet u wie u bereikt."
            )
        lines = [
            f"- {notice.id}: {dutch.moment_text(notice.sent_at, ctx.member.municipality.zone, today=ctx.today)}, "
            f"{escape(notice.audience)}"
            for notice in latest
        ]
        lines += ["", "Van welk bericht wilt u zien wie het kreeg?"]
        choices = tuple(Choice(f"“{dutch.shortened(notice.text, 30)}”", f"/bereik {notice.id}") for notice in latest)
        return Reply("\n".join(["**De laatste berichten**", *lines]), choices)
    notice = notices.get(ctx.session, ctx.member, numbers.read(said, "/bereik"))
    found = notices.reach(ctx.session, notice)
    total = len(found.reached) + len(found.underway) + len(found.doubtful) + len(found.missed)
    lines = [f"**Bericht {notice.id}**: {len(found.reached)} van {dutch.plural(total, 'persoon', 'mensen')} bereikt."]
    if found.underway:
        lines.append(f"Nog onderweg: {dutch.some([escape(name) for name in found.underway])}.")
    if found.doubtful:
        names = dutch.some([escape(name) for name in found.doubtful])
        lines.append(f"Misschien aangekomen: {names}. Vraag hun of zij het bericht hebben.")
    for platform, arrived in notices.in_groups(ctx.session, notice):
        lines.append(f"Groep op {platforms.called(platform)}: {'geplaatst' if arrived else 'nog niet geplaatst'}.")
    for name, why in found.missed[:_NAMES_SHOWN]:
        lines.append(f"Niet bereikt: {escape(name)} ({escape(why)}).")
    if len(found.missed) > _NAMES_SHOWN:
        lines.append(f"Ook niet bereikt: nog {dutch.plural(len(found.missed) - _NAMES_SHOWN, 'ander', 'anderen')}.")
    choices = (Choice("Opnieuw kijken", f"/bereik {notice.id}"),) if found.underway else ()
    return Reply("\n".join(lines), choices)


WRITTEN = forms.Form("notice", "het bericht", Written, written, who=GRIFFIE, preview=preview, file="file")
