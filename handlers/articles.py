"""Answering from the knowledge base, and offering the griffie where it does not know."""

from domain.markup import escape
from domain.messages import Choice, Incoming, Reply
from domain.roles import COUNCIL
from domain.typed import kept
from handlers import forms, reading, small_talk
from handlers.context import Context, Search
from handlers.questions import LONGEST, NAMED, OFFER, OFFERED
from search.library import SUGGESTED, Found, Hit, Outcome
from search.scope import Card
from search.words import words
from storage import choices as offered
from storage import local, subjects

_SUBJECTS = Choice("Waar weet u iets over?", "/themas")
_KEPT_HERE = (Choice("Agenda", "/agenda"), Choice("Vragen", "/vragen"), Choice("Aanvragen", "/aanvragen"))
_CURRENT = "actueel"
_OF_PEOPLE = frozenset({_CURRENT, "privacy"})  # the cards for questions about somebody by name
_GRIFFIE = frozenset({"griffie", "griffier", "griffiers"})
_POSSIBLE = 0.05  # a chance below this is not worth a button


def free_text(said: Incoming, ctx: Context) -> Search | Reply:
    """Anything that is no command is a question, unless somebody may be in danger: that waits for no search."""
    if card := ctx.library.emergency(said.text):
        return Reply(card.antwoord)
    if reply := _courtesy(said, ctx):
        return reply
    place = ctx.member.municipality.id
    about = subjects.current(ctx.session, ctx.member, ctx.now)
    return Search(said.text, place, about, tuple(local.local_articles(ctx.session, place)))


def found(said: Incoming, ctx: Context, found: Found) -> Reply:
    """The answer, or what could be meant, or where to turn instead, or the offer to ask the griffie."""
    match found.outcome:
        case Outcome.ANSWER:
            return _answer(found, said, ctx)
        case Outcome.EMERGENCY if found.card:
            return Reply(found.card.antwoord)
        case Outcome.REFUSE if found.card:
            return _elsewhere(found.card, said, ctx)
        case Outcome.SUGGEST:
            return _possible(found.hits, said, ctx)
        case _:
            return _unknown(said, ctx)


def _courtesy(said: Incoming, ctx: Context) -> Reply | None:
    courtesy = small_talk.answer(said.text)
    if courtesy is None:
        return None
    if courtesy.asks:
        last = offered.last(ctx.session, said.chat)
        if last and not last.step:
            return Reply(f"{courtesy.text} Kies een van deze antwoorden, of stel uw vraag opnieuw.", last.choices)
        return Reply(f"{courtesy.text} Stel uw vraag opnieuw, of typ /help.")
    if not courtesy.person or ctx.member.griffie:
        return Reply(courtesy.text)
    person = reading.may(ctx, reading.ASK_GRIFFIE, COUNCIL)
    return Reply(f"{courtesy.text} {courtesy.person}", (reading.ASK_GRIFFIE,) if person else ())


def _answer(found: Found, said: Incoming, ctx: Context) -> Reply:
    article = found.hits[0].article
    subjects.told(ctx.session, ctx.member, article.id, ctx.now)
    if found.section:
        return reading.part(article, found.section, ctx)
    return reading.shown(article, ctx, said.text)


def _elsewhere(card: Card, said: Incoming, ctx: Context) -> Reply:
    if ctx.member.griffie and card.voor_griffie:
        return Reply(card.voor_griffie, (*(_KEPT_HERE if card.id == _CURRENT else ()), _SUBJECTS))
    text, contact = card.antwoord, ctx.member.municipality.contact
    # Who the griffier is differs by municipality, so that no article says it; how to reach them is known.
    if contact and card.id in _OF_PEOPLE and not _GRIFFIE.isdisjoint(words(said.text)):
        text += f"\n\nDe griffie van {escape(ctx.member.municipality.name)} bereikt u zo: {escape(contact)}."
    if card.praat:  # it is no question, so there is none to hand over
        person = reading.may(ctx, reading.ASK_GRIFFIE, COUNCIL)
        return Reply(text, (reading.ASK_GRIFFIE, _SUBJECTS) if person else (_SUBJECTS,))
    return Reply(text, (*_to_the_griffie("Vraag het toch de griffie", said, ctx), _SUBJECTS))


def _possible(hits: tuple[Hit, ...], said: Incoming, ctx: Context) -> Reply:
    likely = reading.answering([hit.article for hit in hits[:SUGGESTED] if hit.sure >= _POSSIBLE], ctx)
    if not likely:
        return _unknown(said, ctx)
    if len(likely) == 1:  # what is asked next is about this, unless it names something else
        subjects.told(ctx.session, ctx.member, likely[0].id, ctx.now)
    choices = [Choice(article.about.titel, f"/lees {article.id}") for article in likely]
    choices += _to_the_griffie("Nee, vraag het de griffie", said, ctx)
    return Reply("Ik weet niet zeker wat u bedoelt. Gaat uw vraag hierover?", tuple(choices))


def _to_the_griffie(label: str, said: Incoming, ctx: Context) -> list[Choice]:
    if not reading.may(ctx, reading.ASK_GRIFFIE, COUNCIL):
        return []
    return [Choice(label, f"/vraag {kept(said.text)[:LONGEST]}")]


def _unknown(said: Incoming, ctx: Context) -> Reply:
    text = kept(said.text)
    if len(text) > LONGEST:
        return Reply(f"Uw vraag is te lang voor mij. Maak er hoogstens {LONGEST} tekens van.")
    if text.isdigit():
        return Reply("Ik weet niet wat u met dit nummer kiest. Typ uw vraag in een paar woorden, of /help.")
    if sum(letter.isalpha() for letter in text) < 3:
        return Reply("Dat begrijp ik niet. Stel uw vraag in een paar woorden, of typ /help.")
    if not reading.may(ctx, reading.ASK_GRIFFIE, COUNCIL):
        text = "Daar heb ik geen antwoord op. Met /themas ziet u waar ik wel iets over weet."
        if not ctx.member.griffie:
            return Reply(text)
        own = "Vragen raadsleden dit vaker? Dan kunt u zelf een antwoord schrijven, voor uw gemeente."
        return Reply(f"{text}\n\n{own}", (Choice("Antwoord schrijven", "/artikel"),))
    return forms.begin(
        OFFER,
        ctx,
        given={"text": text},
        options={"how": OFFERED, "named": NAMED},
        intro="Dat weet ik niet zeker. Daarom geef ik er geen antwoord op.",
    )
