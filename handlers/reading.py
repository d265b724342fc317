"""Showing what is in the knowledge base: an article, one part of it, and the list of subjects."""

from collections.abc import Sequence
from datetime import date

from domain import dutch
from domain.messages import Choice, Incoming, Refusal, Reply
from domain.roles import COUNCIL, EVERYONE, Role
from handlers.context import Context
from search.articles import Article, Source
from storage import subjects

ASK_GRIFFIE = Choice("Vraag het de griffie", "/vraag")
_ACTIONS: dict[str, tuple[Choice, frozenset[Role]]] = {
    "training": (Choice("Training aanvragen", "/training"), COUNCIL),
    "aanvragen": (Choice("Mijn aanvragen", "/aanvragen"), COUNCIL),
    "agenda": (Choice("Agenda", "/agenda"), EVERYONE),
    "vraag": (ASK_GRIFFIE, COUNCIL),
}


def shown(article: Article, ctx: Context) -> Reply:
    """The short answer of an article, where it comes from, and what one can do next."""
    about = article.about
    parts = [f"**{about.titel}**", about.kort]
    if about.lokaal:
        parts.append(f"**Dit regelt uw eigen gemeente:** {about.lokaal}")
    if about.bronnen:
        parts.append("Bron: " + "; ".join(_sources(about.bronnen)) + ".")
    elif about.volgens:
        parts.append(f"Volgens: {about.volgens}.")
    checked = f"Gecontroleerd op {dutch.date_text(about.gecontroleerd)}."
    if about.controleren_voor < ctx.today:
        checked += " **Let op:** deze informatie moet opnieuw worden gecontroleerd. Vraag het na bij de griffie."
    parts.append(checked)
    sections = [
        Choice(section.heading, f"/lees {article.id} {number}") for number, section in enumerate(article.sections, 1)
    ]
    actions = [
        choice
        for action, (choice, who) in _ACTIONS.items()
        if (action in about.acties or choice == ASK_GRIFFIE) and may(ctx, choice, who)
    ]
    return Reply("\n\n".join(parts), (*sections, *actions))


def may(ctx: Context, choice: Choice, who: frozenset[Role]) -> bool:
    """Whether a member is offered a choice: the griffie does not ask itself."""
    return ctx.member.may(who) and not (choice == ASK_GRIFFIE and ctx.member.griffie)


def _sources(sources: Sequence[Source]) -> list[str]:
    """The laws an article rests on, each with its articles as links: one law is one source to a reader."""
    laws: dict[tuple[str, date], dict[str, tuple[Source, list[str]]]] = {}
    for source in sources:
        found = laws.setdefault((source.wet, source.versie), {}).setdefault(source.artikel, (source, []))
        if source.lid:
            found[1].append(source.lid)
    return [
        f"{law} (tekst van {dutch.date_text(version)}), artikel "
        + dutch.listing([_linked(source, leden) for source, leden in articles.values()])
        for (law, version), articles in laws.items()
    ]


def _linked(source: Source, leden: Sequence[str]) -> str:
    lid = f" lid {dutch.listing(leden)}" if leden else ""
    return f"[{source.artikel}{lid}]({source.link})"


def read(said: Incoming, ctx: Context) -> Reply:
    """/lees ambtelijke-bijstand, or with a number one section of it."""
    name, _, number = said.rest.partition(" ")
    article = ctx.library.articles.get(name.lower())
    if article is None:
        raise Refusal("Dat onderwerp ken ik niet. Met /themas ziet u alle onderwerpen.")
    subjects.told(ctx.session, ctx.member, article.id, ctx.now)
    if not number:
        return shown(article, ctx)
    if not (number.isascii() and number.isdigit()) or not 0 < int(number[:4]) <= len(article.sections):
        raise Refusal(f"Dat deel is er niet. Dit onderwerp heeft {len(article.sections)} delen.")
    return part(article, int(number), ctx)


def part(article: Article, number: int, ctx: Context) -> Reply:
    """One section of an article, by its number from 1."""
    section = article.sections[number - 1]
    others = [
        Choice(other.heading, f"/lees {article.id} {place}")
        for place, other in enumerate(article.sections, 1)
        if other is not section
    ]
    return Reply(
        f"**{article.about.titel}: {section.heading}**\n\n{section.text}",
        (*others, Choice("Kort antwoord en bron", f"/lees {article.id}")),
    )
