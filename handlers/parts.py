"""The parts of an article of the municipality's own: each a heading and a text, added, changed and taken away."""

from dataclasses import dataclass

from domain import answers
from domain.forms import question
from domain.markup import escape
from domain.messages import Choice, Incoming, Refusal, Reply
from domain.roles import GRIFFIE
from domain.typed import figures
from handlers import forms, local
from handlers.context import Context
from search.articles import Article
from search.localfolder import LocalText
from storage import local as stored

MOST = 8


@dataclass(frozen=True)
class Written:
    """A part of an article: a new one, or with a `number` (from 1) what comes in place of that one."""

    article: str
    number: int
    heading: str = question(
        "Wat is de kop van dit deel? Bijvoorbeeld: Wat kost het?",
        "kop",
        lambda said: answers.text(said.text, most=60, least=3),
    )
    text: str = question(
        "Wat is de tekst van dit deel?", "uitleg", lambda said: answers.text(said.text, most=3000, least=3)
    )


def edit(said: Incoming, ctx: Context) -> Reply:
    """/deel lokaal-7; /deel lokaal-7 2; /deel lokaal-7 2 weg"""
    name, _, rest = said.rest.partition(" ")
    article = local.own(name, ctx)
    if not rest:
        if len(article.sections) >= MOST:
            raise Refusal(f"Dit artikel heeft al {MOST} delen. Haal er eerst een weg.", *_listed(article))
        return forms.begin(WRITTEN, ctx, given={"article": article.id, "number": 0})
    which, _, verb = rest.partition(" ")
    if which == "kies":
        return Reply(f"Welk deel van “{escape(article.about.titel)}”?", _listed(article))
    number = figures(which) or 0
    if not 0 < number <= len(article.sections):
        raise Refusal(f"Dat deel is er niet. Dit artikel heeft {len(article.sections)} delen.", *_listed(article))
    section = article.sections[number - 1]
    if verb == "weg":
        sections = _sections(article)
        del sections[number - 1]
        _kept(article, sections, ctx)
        return Reply(f"Het deel “{escape(section.heading)}” is weg.", (Choice("Bekijken", f"/lees {article.id}"),))
    if verb == "nieuw":
        return forms.begin(WRITTEN, ctx, given={"article": article.id, "number": number})
    return Reply(
        f"**{escape(section.heading)}**\n{escape(section.text)}",
        (
            Choice("Opnieuw schrijven", f"/deel {article.id} {number} nieuw"),
            Choice("Dit deel weghalen", f"/deel {article.id} {number} weg"),
        ),
    )


def _listed(article: Article) -> tuple[Choice, ...]:
    return tuple(
        Choice(section.heading, f"/deel {article.id} {number}") for number, section in enumerate(article.sections, 1)
    )


def preview(filled: Written, ctx: Context) -> str:
    """The part as people will read it."""
    article = local.own(filled.article, ctx)
    warning = local.warning(f"{filled.heading}\n{filled.text}", ctx)
    return (
        f"Dit komt bij “{escape(article.about.titel)}”:\n\n**{escape(filled.heading)}**\n{escape(filled.text)}{warning}"
    )


def written(filled: Written, said: Incoming, ctx: Context) -> Reply:
    """The griffie confirmed a part."""
    article = local.own(filled.article, ctx)
    sections = _sections(article)
    if filled.number:
        sections[filled.number - 1 : filled.number] = [(filled.heading, filled.text)]
    else:
        sections.append((filled.heading, filled.text))
    _kept(article, sections, ctx)
    return Reply(
        "Opgeslagen.",
        (Choice("Bekijken", f"/lees {article.id}"), Choice("Nog een deel", f"/deel {article.id}")),
    )


def _sections(article: Article) -> list[tuple[str, str]]:
    return [(section.heading, section.text) for section in article.sections]


def _kept(article: Article, sections: list[tuple[str, str]], ctx: Context) -> None:
    text = LocalText(article.about.titel, article.about.kort, tuple(article.about.vragen), tuple(sections))
    stored.write(ctx.session, ctx.member.municipality.id, text, ctx.member.id, ctx.now, instead_of=article.id)


WRITTEN = forms.Form("local_part", "dit deel", Written, written, who=GRIFFIE, preview=preview, send="Ja, opslaan")
