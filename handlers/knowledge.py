"""/kennis: what the griffie keeps in order in the knowledge base, on one page."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session

from domain import dutch
from domain.markup import escape
from domain.messages import Choice, Incoming, Reply
from domain.roles import GRIFFIE
from handlers import reading
from handlers.context import Context
from search.articles import Article
from storage import local, members, outbox, reviews, silence

_MOST_LINES = 15


def overview(said: Incoming, ctx: Context) -> Reply:
    """/kennis, or with an article what can be done with that one."""
    if said.rest:
        return _one(reading.named(said.rest, ctx), ctx)
    here = ctx.member.municipality.id
    own = local.local_articles(ctx.session, here)
    every = [*ctx.library.articles.values(), *own]
    off = silence.silent(ctx.session, here)
    parts = [
        "**De kennisbank van uw gemeente**",
        f"- Onderwerpen: {len(every)}, waarvan {len(own)} van uw gemeente zelf\n"
        f"- Ingevulde waarden: {len(local.values(ctx.session, here))}",
    ]
    if due := [article for article in every if article.about.controleren_voor < ctx.today]:
        parts.append("**Opnieuw te controleren**\n" + _listed(due))
    if off:
        parts.append("**Uitgezet**\n" + "\n".join(_off(article, row.reason, ctx) for article, row in off.items()))
    choices = [
        Choice("Waarden invullen", "/lokaal"),
        Choice("Eigen artikelen", "/artikelen"),
        Choice("Beoordelingen", "/beoordelingen"),
        Choice("Alles aanzetten", "/aanzetten alles")
        if silence.ALL in off
        else Choice("Alles uitzetten", "/uitzetten alles"),
    ]
    return Reply("\n\n".join(parts), tuple(choices))


def _one(article: Article, ctx: Context) -> Reply:
    off = article.id in silence.silent(ctx.session, ctx.member.municipality.id)
    choices = [
        Choice("Aanzetten", f"/aanzetten {article.id}") if off else Choice("Uitzetten", f"/uitzetten {article.id}")
    ]
    if article.local:
        choices += [
            Choice("Tekst wijzigen", f"/artikel {article.id}"),
            Choice("Deel toevoegen", f"/deel {article.id}"),
            *([Choice("Deel wijzigen", f"/deel {article.id} kies")] if article.sections else []),
            Choice("Weghalen", f"/weghalen {article.id}"),
        ]
    else:
        choices.append(Choice("Waarden invullen", f"/lokaal {article.id}"))
    state = "Dit onderwerp staat **uit**." if off else "Dit onderwerp staat aan."
    return Reply(
        f"**{escape(article.about.titel)}**\n\n{state}\n"
        f"Controleren vóór {dutch.date_text(article.about.controleren_voor)}.",
        (*choices, Choice("De kennisbank", "/kennis")),
    )


def _off(article: str, reason: str, ctx: Context) -> str:
    known = ctx.library.articles.get(article)
    found = known or local.local_article(ctx.session, ctx.member.municipality.id, article)
    title = "alle antwoorden" if article == silence.ALL else escape(found.about.titel) if found else article
    return f"- {title}: {escape(reason)}"


def _listed(articles: Sequence[Article]) -> str:
    lines = [f"- {escape(article.about.titel)}" for article in articles[:_MOST_LINES]]
    if len(articles) > _MOST_LINES:
        lines.append(f"- en nog {len(articles) - _MOST_LINES}")
    return "\n".join(lines)


def tell_of_reviews(session: Session, articles: Iterable[Article], now: datetime) -> None:
    """Owes each griffie, once for each article and date, that an article must be checked again.

    A municipality whose griffie has nobody yet is told when it has.
    """
    for place in members.places(session):
        today = place.date_at(now)
        every = [*articles, *local.local_articles(session, place.id)]
        due = {article.id: article for article in every if article.about.controleren_voor < today}
        people = members.holding(session, place.id, GRIFFIE, today) if due else []
        fresh = (
            reviews.note(session, place.id, {name: one.about.controleren_voor for name, one in due.items()}, now)
            if people
            else []
        )
        if not fresh:
            continue
        text = (
            "**Opnieuw te controleren**\n\nDeze onderwerpen in de kennisbank zijn ouder dan afgesproken:\n"
            f"{_listed([due[name] for name in fresh])}\n\n"
            "Raadsleden zien dat erbij staan. Klopt er iets niet, zet het dan uit."
        )
        for person in people:
            outbox.tell(session, person, text, now, choices=[Choice("De kennisbank", "/kennis")], subject="review")
