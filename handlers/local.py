"""The griffie adds to the knowledge base: values for the places an article leaves open, and articles of its own."""

from dataclasses import dataclass

from domain import answers, slots
from domain.forms import question
from domain.markup import escape
from domain.messages import Choice, Incoming, Refusal, Reply
from domain.names import GONE, mentions
from domain.roles import GRIFFIE
from handlers import forms, reading
from handlers.context import Context
from search.articles import Article
from search.localfolder import LocalText
from storage import local, people

_EMPTY = "leeg"
_MANY = 8  # buttons in one message


@dataclass(frozen=True)
class Filled:
    """What a municipality fills in for one slot."""

    slot: str
    what: str
    value: str = question(
        "Wat moet hier staan? Stuur “leeg” om het leeg te maken.",
        "waarde",
        lambda said: answers.text(said.text, most=slots.LONGEST),
    )


def values(said: Incoming, ctx: Context) -> Reply:
    """/lokaal; /lokaal scholing; /lokaal scholing bedrag"""
    name, _, value = said.rest.partition(" ")
    here = local.values(ctx.session, ctx.member.municipality.id)
    if not name:
        return _all(here, ctx)
    article = reading.named(name, ctx)
    if article.local:
        raise Refusal("Dit artikel is van uw gemeente zelf.", Choice("Tekst wijzigen", f"/artikel {article.id}"))
    slot = f"{article.id}.{value.strip().lower()}"
    if not value:
        return _of(article, here, local.known(ctx.session, ctx.member.municipality.id))
    if slot not in article.slots:
        raise Refusal("Die waarde is er niet.", Choice("Waarden van dit onderwerp", f"/lokaal {article.id}"))
    now = f"Nu staat er: {escape(here[slot])}" if slot in here else "Hier is nog niets ingevuld."
    what = article.slots[slot]
    return forms.begin(FILLED, ctx, given={"slot": slot, "what": what}, intro=f"**{escape(what)}**\n{now}")


def _all(here: dict[str, str], ctx: Context) -> Reply:
    articles = [article for article in ctx.library.articles.values() if article.about.waarden]
    articles += [one for one in ctx.library.articles.values() if one not in articles and here.keys() & one.slots.keys()]
    filled = local.shown(ctx.session, ctx.member.municipality.id).keys()
    lines = [
        f"- {article.about.titel}: {len(filled & article.slots.keys())} ingevuld (`/lokaal {article.id}`)"
        for article in articles
    ]
    return Reply(
        "**Waarden van uw gemeente**\n\nWat u hier invult, staat meteen in de antwoorden.\n\n" + "\n".join(lines),
        (Choice("De kennisbank", "/kennis"),),
    )


def _of(article: Article, here: dict[str, str], known: dict[str, str]) -> Reply:
    empty = {slot: f"{escape(value)} (al bekend)" for slot, value in known.items()}
    lines = [
        f"- {escape(what)}: {escape(here[slot]) if slot in here else empty.get(slot, '_nog niet ingevuld_')}"
        for slot, what in article.slots.items()
    ]
    choices = [Choice(what, f"/lokaal {article.id} {slot.partition('.')[2]}") for slot, what in article.slots.items()]
    return Reply(
        f"**{article.about.titel}**\n\n" + "\n".join(lines) + "\n\nWat wilt u invullen?",
        (*choices[:_MANY], Choice("Bekijken", f"/lees {article.id}")),
    )


def value_preview(filled: Filled, ctx: Context) -> str:
    """The line as people will read it."""
    if _is_empty(filled):
        then = escape(local.known(ctx.session, ctx.member.municipality.id).get(filled.slot, "")) or slots.UNFILLED
        return f"U maakt dit leeg. Raadsleden lezen dan:\n\n{escape(filled.what)}: {then}"
    return f"Zo komt het bij het antwoord te staan:\n\n{escape(filled.what)}: {escape(filled.value)}"


def value_filled(filled: Filled, said: Incoming, ctx: Context) -> Reply:
    """The griffie confirmed a value."""
    value = "" if _is_empty(filled) else filled.value
    changed = local.fill(ctx.session, ctx.member.municipality.id, filled.slot, value, ctx.member.id, ctx.now)
    article = filled.slot.partition(".")[0]
    return Reply(
        "Opgeslagen. Het staat nu in het antwoord." if changed else "Er is niets veranderd.",
        (Choice("Bekijken", f"/lees {article}"), Choice("Nog een waarde", f"/lokaal {article}")),
    )


def _is_empty(filled: Filled) -> bool:
    return filled.value.strip().lower().rstrip(".") == _EMPTY


def _lines(said: str) -> list[str]:
    lines = [line.strip().removeprefix("- ") for line in answers.text(said, most=1000).splitlines() if line.strip()]
    if len(lines) > 20 or any(len(line) > 150 for line in lines):
        raise Refusal("Schrijf hoogstens 20 vragen, elk op een eigen regel van hoogstens 150 tekens.")
    return lines


@dataclass(frozen=True)
class Written:
    """An article of the municipality's own. `instead_of`: the id of the article whose text it replaces."""

    instead_of: str
    title: str = question("Wat is de titel?", "titel", lambda said: answers.text(said.text, most=60, least=3))
    short: str = question(
        "Wat is het korte antwoord? Schrijf twee of drie korte zinnen.",
        "kort antwoord",
        lambda said: answers.text(said.text, most=600, least=10),
    )
    questions: list[str] = question(
        "Hoe vragen raadsleden ernaar? Zet elke vraag op een eigen regel.",
        "vragen",
        lambda said: _lines(said.text),
        show="; ".join,
    )
    heading: str | None = question(
        "Wilt u er een deel met uitleg bij? Geef dan de kop, bijvoorbeeld: Wat kost het?",
        "kop",
        lambda said: answers.text(said.text, most=60, least=3),
        skip="Geen uitleg",
    )
    text: str | None = question(
        "Wat is de tekst van dit deel?",
        "uitleg",
        lambda said: answers.text(said.text, most=3000, least=3),
        applies=lambda given: bool(given.get("heading")),
    )


def write(said: Incoming, ctx: Context) -> Reply:
    """/artikel, or /artikel lokaal-7 to change that one."""
    if not said.rest:
        return forms.begin(WRITTEN, ctx, given={"instead_of": ""})
    article = own(said.rest, ctx)
    given = {
        "instead_of": article.id,
        "title": article.about.titel,
        "short": article.about.kort,
        "questions": article.about.vragen,
        "heading": None,
        "text": None,
    }
    return forms.begin(WRITTEN, ctx, given=given, intro="Kies “Wijzigen” en dan wat er anders moet.")


def article_preview(filled: Written, ctx: Context) -> str:
    """The article as people will read it."""
    parts = "".join(f"\n\n**{escape(heading)}**\n{escape(text)}" for heading, text in _sections(filled, ctx))
    asked = "\n".join(f"- {escape(line)}" for line in filled.questions)
    everything = "\n".join([filled.title, filled.short, filled.text or "", *filled.questions])
    return (
        f"Zo ziet het eruit:\n\n**{escape(filled.title)}**\n\n{escape(filled.short)}{parts}\n\n"
        f"Het antwoordt op:\n{asked}{warning(everything, ctx)}"
    )


def warning(text: str, ctx: Context) -> str:
    """What is still to be looked at in a text, for under it: a gap where something was taken out, or the name of
    somebody of the municipality. Empty when there is nothing."""
    lines = []
    if GONE in text:
        lines.append(f"waar “{GONE}” staat, mist iets. Vul het aan, of haal het weg.")
    if mentions(text, people.names(ctx.session, ctx.member.municipality.id)):
        lines.append("er staat een naam in van iemand uit uw gemeente. Iedereen in de raad kan die lezen.")
    return "".join(f"\n\n**Let op:** {line}" for line in lines)


def _sections(filled: Written, ctx: Context) -> list[tuple[str, str]]:
    """The parts that it had, and the one that is written with it."""
    before = own(filled.instead_of, ctx).sections if filled.instead_of else ()
    added = [(filled.heading, filled.text or "")] if filled.heading else []
    return [*((section.heading, section.text) for section in before), *added]


def article_written(filled: Written, said: Incoming, ctx: Context) -> Reply:
    """The griffie confirmed an article."""
    name = local.write(
        ctx.session,
        ctx.member.municipality.id,
        LocalText(filled.title, filled.short, tuple(filled.questions), tuple(_sections(filled, ctx))),
        ctx.member.id,
        ctx.now,
        instead_of=filled.instead_of,
    )
    return Reply(
        "Opgeslagen. Alleen uw gemeente ziet dit artikel.",
        (Choice("Bekijken", f"/lees {name}"), Choice("Deel toevoegen", f"/deel {name}")),
    )


def listed(said: Incoming, ctx: Context) -> Reply:
    """/artikelen"""
    own = local.local_articles(ctx.session, ctx.member.municipality.id)
    lines = [f"- {escape(article.about.titel)} (`/lees {article.id}`)" for article in own]
    text = "\n".join(lines) or "Uw gemeente heeft nog geen eigen artikelen."
    return Reply(f"**Artikelen van uw gemeente**\n\n{text}", (Choice("Nieuw artikel", "/artikel"),))


def remove(said: Incoming, ctx: Context) -> Reply:
    """/weghalen lokaal-7: asked once more, since the text is gone then."""
    name, _, sure = said.rest.partition(" ")
    article = own(name, ctx)
    if sure != "ja":
        return Reply(
            f"U haalt “{escape(article.about.titel)}” weg. De tekst is dan weg. Weet u het zeker?",
            (Choice("Ja, weghalen", f"/weghalen {article.id} ja"), Choice("Nee", f"/lees {article.id}")),
        )
    local.remove(ctx.session, ctx.member.municipality.id, article.id, ctx.member.id, ctx.now)
    return Reply("Het artikel is weg.", (Choice("Eigen artikelen", "/artikelen"),))


def own(name: str, ctx: Context) -> Article:
    """An article of the municipality's own, by its id. Raises Refusal."""
    article = local.local_article(ctx.session, ctx.member.municipality.id, name.lower())
    if article is None:
        raise Refusal("Dat artikel is er niet.", Choice("Eigen artikelen", "/artikelen"))
    return article


FILLED = forms.Form(
    "local_value", "deze waarde", Filled, value_filled, who=GRIFFIE, preview=value_preview, send="Ja, opslaan"
)
WRITTEN = forms.Form(
    "local_article", "uw artikel", Written, article_written, who=GRIFFIE, preview=article_preview, send="Ja, opslaan"
)
