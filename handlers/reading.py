"""Showing what is in the knowledge base: an article, one part of it, and the list of subjects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain import dutch, slots
from domain.markup import escape
from domain.messages import Choice, Incoming, Refusal, Reply
from domain.roles import COUNCIL, EVERYONE, GRIFFIE, Role
from domain.typed import figures, folded
from handlers import laws
from handlers.context import Context
from search import following
from search.articles import EXPLANATION, Article, Source
from storage import laws as texts
from storage import local, silence, subjects
from storage.tables import Silence

ASK_GRIFFIE = Choice("Vraag het de griffie", "/vraag")
ACTIONS: dict[str, tuple[Choice, frozenset[Role]]] = {
    "training": (Choice("Training aanvragen", "/training"), COUNCIL),
    "aanvragen": (Choice("Mijn aanvragen", "/aanvragen"), COUNCIL),
    "agenda": (Choice("Agenda", "/agenda"), EVERYONE),
    "vraag": (ASK_GRIFFIE, COUNCIL),
}
# What may be read of an article besides its parts: /lees motie verwant
RELATED, LAW, MORE = "verwant", "wet", "meer"
_RELATED_LABEL = "Verwante onderwerpen"
_CALM = 5  # ways to go on that are shown under an answer, on a phone; the others are behind one of them
_AUDIENCES = (
    ("raadslid", frozenset({Role.RAADSLID})),
    ("fractievoorzitter", frozenset({Role.FRACTIEVOORZITTER})),
    ("commissielid", frozenset({Role.COMMISSIELID})),
    ("griffie", GRIFFIE),
)


@dataclass(frozen=True, slots=True)
class _Page:
    """An article as this municipality shows it: with its values, and its own text never as markup."""

    article: Article
    values: Mapping[str, str]

    def text(self, text: str) -> str:
        if not self.article.local:
            return slots.filled(text, self.values)
        return "\n".join(
            f"- {escape(line[2:])}" if line.startswith("- ") else escape(line) for line in text.splitlines()
        )

    @property
    def title(self) -> str:
        return escape(self.article.about.titel) if self.article.local else self.article.about.titel


def shown(article: Article, ctx: Context, asked: str = "") -> Reply:
    """The short answer of an article, where it comes from, and what one can do next: of its parts those that who
    `asked` this most likely wants to read."""
    if off := stopped(article.id, silence.silent(ctx.session, ctx.member.municipality.id)):
        return silent(off, ctx)
    about, page = article.about, _page(article, ctx)
    parts = [f"**{page.title}**", page.text(_short(article, ctx)), *_decided_here(page, ctx), _origin(article)]
    checked = f"Gecontroleerd op {dutch.date_text(about.gecontroleerd)}."
    if about.controleren_voor < ctx.today:
        checked += " **Let op:** deze informatie moet opnieuw worden gecontroleerd. Vraag het na bij de griffie."
    parts.append(checked)
    choices = _next(article, ctx, asked)
    if ctx.member.may(COUNCIL):
        parts.append("Was dit nuttig?")
        choices += [Choice("Ja", f"/nuttig {article.id} ja"), Choice("Nee", f"/nuttig {article.id} nee")]
    return Reply("\n\n".join(part for part in parts if part), tuple(choices))


def _next(article: Article, ctx: Context, asked: str) -> list[Choice]:
    """Where to go from an answer: no more than fits a phone, and the rest behind “Meer hierover”."""
    parts, others = _parts(article), _others(article, ctx)
    manage = [Choice("Beheren", f"/kennis {article.id}")] if ctx.member.griffie else []
    if len(parts) + len(others) + len(manage) <= _CALM:
        return parts + others + manage
    last = [choice for choice in others if choice == ASK_GRIFFIE]
    rest = [choice for choice in others if choice not in last and choice.label != _RELATED_LABEL]
    last = [Choice("Meer hierover", f"/lees {article.id} {MORE}"), *last, *manage]
    rest = rest[: _CALM - len(last) - 1]
    shown_parts = [parts[number - 1] for number in following.likely(asked, article)][: _CALM - len(last) - len(rest)]
    return shown_parts + rest + last


def _parts(article: Article) -> list[Choice]:
    return [Choice(one.heading, f"/lees {article.id} {number}") for number, one in enumerate(article.sections, 1)]


def _others(article: Article, ctx: Context) -> list[Choice]:
    others = []
    if texts.known(ctx.session, {source.bwb for source in article.about.bronnen}):
        others.append(Choice("Lees het artikel", f"/lees {article.id} {LAW}"))
    if article.about.verwant:
        others.append(Choice(_RELATED_LABEL, f"/lees {article.id} {RELATED}"))
    return others + _actions(article, ctx)


def _more(article: Article, ctx: Context) -> Reply:
    """Everything that can be read and done about a subject."""
    choices = [*_parts(article), *_others(article, ctx), Choice("Kort antwoord en bron", f"/lees {article.id}")]
    return Reply(f"Dit weet ik nog meer over “{_page(article, ctx).title}”. Wat wilt u lezen?", tuple(choices))


def _page(article: Article, ctx: Context) -> _Page:
    return _Page(article, local.shown(ctx.session, ctx.member.municipality.id))


def _short(article: Article, ctx: Context) -> str:
    """The short answer for what this person is; who is several things gets the rule for raadsleden."""
    about = article.about
    audience = next((audience for audience, roles in _AUDIENCES if ctx.member.may(roles)), "griffie")
    if audience in about.kort_voor:
        return about.kort_voor[audience]
    if audience == "commissielid" and audience not in about.voor:
        return f"{about.kort}\n\nDit gaat over raadsleden. Of het ook voor u geldt, weet de griffie."
    return about.kort


def _decided_here(page: _Page, ctx: Context) -> list[str]:
    """What the municipality decides by itself: what it filled in, or else that it does."""
    article, place = page.article, escape(ctx.member.municipality.name)
    explanation = page.values.get(f"{article.id}.{EXPLANATION}")
    lines = [
        f"- {wat}: {escape(page.values[slot]) if slot in page.values else slots.UNFILLED}"
        for slot, wat in article.slots.items()
        if not slot.endswith(f".{EXPLANATION}")
    ]
    if explanation or any(slot in page.values for slot in article.slots):
        return [f"**In {place}**", *(["\n".join(lines)] if lines else []), escape(explanation or "")]
    return [f"**Verschilt per gemeente:** {article.about.lokaal}"] if article.about.lokaal else []


def _origin(article: Article) -> str:
    about = article.about
    told = f"Volgens: {escape(about.volgens) if article.local else about.volgens}." if about.volgens else ""
    law = "Bron: " + "; ".join(_sources(about.bronnen)) + "." if about.bronnen else ""
    return "\n".join(filter(None, [law, told]))


def _actions(article: Article, ctx: Context) -> list[Choice]:
    return [
        choice
        for action, (choice, who) in ACTIONS.items()
        if (action in article.about.acties or choice == ASK_GRIFFIE) and may(ctx, choice, who)
    ]


def may(ctx: Context, choice: Choice, who: frozenset[Role]) -> bool:
    """Whether a member is offered a choice: the griffie does not ask itself."""
    return ctx.member.may(who) and not (choice == ASK_GRIFFIE and ctx.member.griffie)


def _sources(sources: Sequence[Source]) -> list[str]:
    """The laws an article rests on, each with its articles as links: one law is one source to a reader."""
    by_law: dict[tuple[str, date], dict[str, tuple[Source, list[str]]]] = {}
    for source in sources:
        found = by_law.setdefault((source.wet, source.versie), {}).setdefault(source.artikel, (source, []))
        if source.lid:
            found[1].append(source.lid)
    return [
        f"{law} (tekst van {dutch.date_text(version)}), artikel "
        + dutch.listing([_linked(source, leden) for source, leden in articles.values()])
        for (law, version), articles in by_law.items()
    ]


def _linked(source: Source, leden: Sequence[str]) -> str:
    lid = f" lid {dutch.listing(sorted(leden, key=_numbered))}" if leden else ""
    return f"[{source.artikel}{lid}]({source.link})"


def _numbered(lid: str) -> tuple[int, str]:
    """The place of a lid in its article: 2, 2a, 10."""
    figure = lid.rstrip("abcdefghijklmnopqrstuvwxyz")
    return figures(figure) or 0, lid


def stopped(article_id: str, off: Mapping[str, Silence]) -> Silence | None:
    """What keeps an article from answering, of what is switched off here (`storage.silence.silent`)."""
    return off.get(silence.ALL) or off.get(article_id)


def answering(articles: Sequence[Article], ctx: Context) -> list[Article]:
    """Those of some articles that were not switched off here."""
    off = silence.silent(ctx.session, ctx.member.municipality.id)
    return [article for article in articles if not stopped(article.id, off)]


def silent(off: Silence, ctx: Context) -> Reply:
    """What a person is told instead of an answer that was switched off."""
    what = "Raadsmaat geeft nu even geen antwoorden." if off.article == silence.ALL else "Dit antwoord is nu uitgezet."
    if ctx.member.griffie:
        who = "uw griffie" if off.municipality_id else "de beheerder, voor alle gemeenten"
        day = dutch.date_text(ctx.member.municipality.date_at(off.began_at))
        return Reply(
            f"{what}\n\nUitgezet door {who}, op {day}. Reden: {escape(off.reason)}",
            (Choice("De kennisbank", "/kennis"),),
        )
    if not ctx.member.may(COUNCIL):
        return Reply(what)
    return Reply(f"{what} De griffie kan u wel helpen. Wilt u uw vraag aan de griffie stellen?", (ASK_GRIFFIE,))


def read(said: Incoming, ctx: Context) -> Reply:
    """/lees ambtelijke-bijstand; with a number one part of it; “verwant” for what is near, “wet” for the law."""
    name, _, which = said.rest.partition(" ")
    article = named(name, ctx)
    off = silence.silent(ctx.session, ctx.member.municipality.id)
    if stop := stopped(article.id, off):
        return silent(stop, ctx)
    subjects.told(ctx.session, ctx.member, article.id, ctx.now)
    if not which:
        return shown(article, ctx)
    if which == MORE:
        return _more(article, ctx)
    if which == RELATED:
        return _related(article, off, ctx)
    if which.partition(" ")[0] == LAW:
        return laws.read(article, which.partition(" ")[2], ctx)
    number = figures(which) or 0
    if not 0 < number <= len(article.sections):
        raise Refusal(f"Dat deel is er niet. Dit onderwerp heeft {len(article.sections)} delen.")
    return part(article, number, ctx)


def part(article: Article, number: int, ctx: Context) -> Reply:
    """One section of an article, by its number from 1."""
    if off := stopped(article.id, silence.silent(ctx.session, ctx.member.municipality.id)):
        return silent(off, ctx)
    section, page = article.sections[number - 1], _page(article, ctx)
    others = [*_parts(article)[number:], *_parts(article)[: number - 1]]  # what comes after it first
    if len(others) > _CALM - 2:
        others = [*others[: _CALM - 3], Choice("Meer hierover", f"/lees {article.id} {MORE}")]
    asks = slots.open_in(section.text, page.values) and may(ctx, ASK_GRIFFIE, COUNCIL)
    heading = escape(section.heading) if article.local else section.heading
    return Reply(
        f"**{page.title}: {heading}**\n\n{page.text(section.text)}",
        (*others, Choice("Kort antwoord en bron", f"/lees {article.id}"), *([ASK_GRIFFIE] if asks else [])),
    )


def _called(word: str, ctx: Context) -> Article | None:
    """The only article that is known by this word: “laptop” is the one on laptops and tablets."""
    known = [one for one in ctx.library.articles.values() if word in map(folded, one.about.zoekwoorden)]
    return known[0] if len(known) == 1 else None


def named(name: str, ctx: Context) -> Article:
    """The article with this id, of the knowledge base or of the municipality itself, or the only one that is known by
    this word. Raises Refusal."""
    name = name.lower()
    found = ctx.library.articles.get(name)
    found = found or local.local_article(ctx.session, ctx.member.municipality.id, name)
    found = found or _called(name, ctx)
    if found is None:
        raise Refusal("Dat onderwerp ken ik niet. Met /themas ziet u alle onderwerpen.")
    return found


def _related(article: Article, off: Mapping[str, Silence], ctx: Context) -> Reply:
    near = [ctx.library.articles[name] for name in article.about.verwant if name in ctx.library.articles]
    choices = [Choice(one.about.titel, f"/lees {one.id}") for one in near if not stopped(one.id, off)]
    choices.append(Choice("Kort antwoord en bron", f"/lees {article.id}"))
    return Reply(f"Dit lijkt op “{_page(article, ctx).title}”. Waar wilt u over lezen?", tuple(choices))
