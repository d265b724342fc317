"""Answering from the knowledge base, and offering the griffie where it does not know."""

from collections.abc import Sequence

from domain.messages import Choice, Incoming, Reply
from domain.roles import COUNCIL
from domain.typed import kept
from handlers import forms, reading, small_talk
from handlers.context import Context, Search
from handlers.questions import LONGEST, NOT, OFFER, WITH_NAME, WITHOUT_NAME
from search.lexical import POSSIBLE, SURE, Hit


def free_text(said: Incoming, ctx: Context) -> Search:
    """Anything that is no command is a question."""
    return Search(said.text)


def found(said: Incoming, ctx: Context, hits: Sequence[Hit]) -> Reply:
    """The answer, or what could be meant, or the offer to ask the griffie."""
    if courtesy := small_talk.answer(said.text):
        return Reply(courtesy)
    text = kept(said.text)
    best = hits[0] if hits else None
    if best and best.sure >= SURE:
        return reading.shown(best.article, ctx)
    if best and best.sure >= POSSIBLE:
        likely = [hit.article for hit in hits if hit.sure >= POSSIBLE]
        choices = [Choice(article.about.titel, f"/lees {article.id}") for article in likely]
        if reading.may(ctx, reading.ASK_GRIFFIE, COUNCIL):
            choices.append(Choice("Nee, vraag het de griffie", f"/vraag {text[:LONGEST]}"))
        return Reply("Ik weet niet zeker wat u bedoelt. Gaat uw vraag hierover?", tuple(choices))
    if not reading.may(ctx, reading.ASK_GRIFFIE, COUNCIL):
        return Reply("Daar heb ik geen antwoord op. Met /themas ziet u waar ik wel iets over weet.")
    if len(text) > LONGEST:
        return Reply(f"Uw vraag is te lang voor mij. Maak er hoogstens {LONGEST} tekens van.")
    if sum(letter.isalpha() for letter in text) < 3:
        return Reply("Dat begrijp ik niet. Stel uw vraag in een paar woorden, of typ /help.")
    return forms.begin(
        OFFER,
        ctx,
        given={"text": text},
        options={"how": [WITH_NAME, WITHOUT_NAME, NOT]},
        intro="Dat weet ik niet zeker. Daarom geef ik er geen antwoord op.",
    )
