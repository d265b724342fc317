"""Everything the bot understands, in one table. Help, menus and rights are made from it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from domain.messages import Incoming, Reply
from domain.roles import COUNCIL, EVERYONE, GRIFFIE, Member, Role, allows
from handlers import (
    always,
    answer_articles,
    answering,
    behalf,
    dossier,
    erasing,
    files,
    groups,
    knowledge,
    linking,
    local,
    meetings,
    notices,
    nudges,
    officehours,
    parts,
    people,
    questions,
    reading,
    silence,
    switching,
    themes,
    threads,
    training,
    unanswered,
    usefulness,
    wishes,
)
from handlers.context import Context, Search
from handlers.forms import Form


@dataclass(frozen=True, slots=True)
class Route:
    """A command and what it does.

    The first of `words` is shown; each works with a slash in front, anywhere, and alone as a message
    without one. `help` is empty for what is reached through a button. `who` may use it: nothing else
    decides on that.
    """

    words: tuple[str, ...]
    does: Callable[[Incoming, Context], Reply | Search]
    help: str = ""
    who: frozenset[Role] = EVERYONE


def _help(said: Incoming, ctx: Context) -> Reply:
    """/help: what this person may do, and nothing else."""
    return Reply(_all_for(ctx.member.roles))


@lru_cache
def _all_for(roles: frozenset[Role]) -> str:
    lines = [f"/{route.words[0]} – {route.help}" for route in ROUTES if route.help and allows(route.who, roles)]
    return (
        "**Dit kan ik voor u doen**\n\n"
        + "\n".join(lines)
        + "\n\nEen vraag stelt u gewoon in uw eigen woorden. U hoeft geen commando te onthouden."
    )


ROUTES = (
    Route(("vraag",), questions.ask, "een vraag stellen aan de griffie", COUNCIL),
    Route(("vragen",), questions.listed, "vragen aan de griffie en hoe het ermee staat", COUNCIL | GRIFFIE),
    Route(("opbericht",), questions.react),
    Route(("reageer",), threads.say_more, who=COUNCIL),
    Route(("nietnu",), threads.not_now, who=COUNCIL),
    Route(("afsluiten",), threads.done, who=COUNCIL),
    Route(("terugtrekken",), threads.withdraw, who=COUNCIL),
    Route(("neem", "oppakken"), answering.take, who=GRIFFIE),
    Route(("overneem", "overnemen"), answering.take_over, who=GRIFFIE),
    Route(("teruggeven",), answering.hand_back, who=GRIFFIE),
    Route(("doorvraag", "doorvragen"), answering.ask_back, who=GRIFFIE),
    Route(("beantwoord",), answering.answer, who=GRIFFIE),
    Route(("waarneming", "waarnemer"), nudges.stand_in, "wie waarneemt als niemand een vraag oppakt", GRIFFIE),
    Route(("wachttijd", "wachttijden"), nudges.wait, who=GRIFFIE),
    Route(("openingstijden", "openingstijd"), officehours.shown, "wanneer de griffie werkt"),
    Route(("werktijd", "werktijden"), officehours.set_hours, who=GRIFFIE),
    Route(("gesloten",), officehours.close, who=GRIFFIE),
    Route(("themas", "thema's", "onderwerpen"), themes.browse, "waar ik iets over weet"),
    Route(("lees",), reading.read),
    Route(("nuttig",), usefulness.rate, who=COUNCIL),
    Route(("kennis", "kennisbank"), knowledge.overview, "de kennisbank van uw gemeente", GRIFFIE),
    Route(("lokaal",), local.values, who=GRIFFIE),
    Route(("artikelen",), local.listed, who=GRIFFIE),
    Route(("artikel",), local.write, who=GRIFFIE),
    Route(("deel",), parts.edit, who=GRIFFIE),
    Route(("maakartikel",), answer_articles.make, who=GRIFFIE),
    Route(("weghalen",), local.remove, who=GRIFFIE),
    Route(("uitzetten",), silence.off, who=GRIFFIE),
    Route(("aanzetten",), silence.on, who=GRIFFIE),
    Route(("onbeantwoord",), unanswered.overview, "waar Raadsmaat geen antwoord op had", GRIFFIE),
    Route(("meetellen",), unanswered.count, who=COUNCIL),
    Route(("beoordelingen",), usefulness.overview, who=GRIFFIE),
    Route(("training", "cursus", "opleiding"), training.start, "een training aanvragen", COUNCIL),
    Route(("aanvragen", "budget"), training.overview, "aanvragen en budget bekijken", COUNCIL | GRIFFIE),
    Route(("goedkeuren",), training.approve, who=GRIFFIE),
    Route(("afwijzen",), training.reject, who=GRIFFIE),
    Route(("intrekken",), training.withdraw, who=COUNCIL),
    Route(("agenda", "vergaderingen"), meetings.agenda, "welke vergaderingen er komen"),
    Route(("vergadering",), meetings.enter, "een vergadering invoeren", GRIFFIE),
    Route(("verplaats",), meetings.move, who=GRIFFIE),
    Route(("afgelasten", "afgelast"), meetings.cancel, who=GRIFFIE),
    Route(("bericht",), notices.write, "een bericht sturen aan een groep", GRIFFIE),
    Route(("bereik",), notices.reach, "zien wie een bericht kreeg", GRIFFIE),
    Route(("leden",), people.overview, "wie u wel en niet bereikt via Raadsmaat", GRIFFIE),
    Route(("uitnodigen", "nodiguit"), people.invite, "iemand een (nieuwe) code geven", GRIFFIE),
    Route(("groepen", "groep"), groups.overview, "groepen die herinneringen en berichten krijgen", GRIFFIE),
    Route(("namens",), behalf.choose, "iets doen namens een raadslid of commissielid", GRIFFIE),
    Route(("wissen", "wis"), erasing.erase, "gegevens wissen van wie weg is", GRIFFIE),
    Route(("platform", "platforms"), switching.show, "een platform aan- of uitzetten", switching.WHO),
    Route(("bestand", "bestanden"), files.open_one, "bestanden bekijken", COUNCIL | GRIFFIE),
    Route(("instellingen", "settings"), always.settings, "uw instellingen"),
    Route(("herinner",), always.remind, who=COUNCIL),
    Route(("gemeente",), always.place),
    Route(("koppel",), linking.link, "een tweede chat koppelen, ook op een ander platform"),
    Route(("meldingen",), linking.prefer),
    Route(("ontkoppel",), linking.unlink),
    Route(("help", "hulp"), _help, "dit overzicht"),
    Route(("start", "code"), always.start),
    Route(("privacy",), always.privacy, "wat ik van u bewaar"),
    Route(("gegevens", "mijngegevens"), dossier.mine),
    Route(("annuleer", "annuleren", "cancel"), always.cancel, "stoppen waarmee u bezig bent"),
    Route(("terug",), always.back),
    Route(("stop",), always.stop, "berichten stoppen"),
)

_BY_WORD = {word: route for route in ROUTES for word in route.words}
_BY_HELP = {wishes.telling(route.help): route.words[0] for route in ROUTES if route.help}

FORMS: dict[str, Form[Any]] = {
    form.name: form
    for form in (
        questions.OFFER,
        questions.ASKED,
        questions.REACTED,
        usefulness.REASON,
        silence.OFF,
        local.FILLED,
        local.WRITTEN,
        parts.WRITTEN,
        threads.REACTION,
        threads.HEARD,
        answering.ANSWER,
        answering.BACK,
        training.ASKED,
        training.APPROVAL,
        training.REJECTION,
        meetings.ENTERED,
        meetings.MOVED_FORM,
        meetings.CANCELLED_FORM,
        notices.WRITTEN,
        switching.SWITCHED_OFF,
        groups.COUPLED,
        files.RECEIPT,
        people.WHOM,
        erasing.ERASED,
        behalf.WHOM,
        behalf.TRAINING,
        behalf.QUESTION,
        nudges.WAITS,
        officehours.WORKED,
        officehours.AWAY,
    )
}


def is_command(text: str) -> bool:
    """Whether a text begins with a command of ours, written as one. Other programs in a group have theirs."""
    word = text.split(maxsplit=1)[0].lower() if text.strip() else ""
    return word.startswith("/") and (word[1:].partition("@")[0] in _BY_WORD or word.partition("@")[0] == groups.LINK)


def find(said: Incoming) -> Route | None:
    """The route of a message: its first word with a slash, or its only word without."""
    word = said.word
    if word.startswith("/"):
        return _BY_WORD.get(word[1:].partition("@")[0])
    return None if said.rest else _BY_WORD.get(word.rstrip("?!."))


def wished(said: Incoming, member: Member) -> tuple[Route, Incoming] | None:
    """The route that a sentence asks for, when this member may use it, and the sentence as its command."""
    if member.griffie and (who := wishes.on_behalf_of(said.text)):
        return _BY_WORD["namens"], replace(said, text=f"/namens {who}")
    route = _BY_WORD.get(wishes.command(said.text, _BY_HELP, griffie=member.griffie))
    if route is None or not member.may(route.who):
        return None
    return route, replace(said, text=f"/{route.words[0]}")
