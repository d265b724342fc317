"""The words that work in every state: start, help, stop, privacy and settings."""

from domain import dutch
from domain.markup import escape
from domain.messages import Choice, Incoming, Refusal, Reply
from domain.reminders import LEADS
from domain.roles import COUNCIL
from handlers import access, linking
from handlers.context import Context
from storage import chats, forms, members, reminders

_ERASE = Choice("Gegevens wissen van wie weg is", "/wissen")


def start(said: Incoming, ctx: Context) -> Reply:
    """/start, and with a code: the invitation of another municipality."""
    if said.rest:
        return access.redeem(said.rest, said, ctx.session, ctx.now)
    return access.welcome(ctx.member)


def privacy(said: Incoming, ctx: Context) -> Reply:
    """/privacy"""
    return Reply(
        f"{access.PRIVACY}\n\nMet /gegevens ziet u alles wat Raadsmaat van u bewaart. Wilt u het laten wissen? "
        "Vraag dat aan de griffie van uw gemeente.",
        (Choice("Mijn gegevens", "/gegevens"), *((_ERASE,) if ctx.member.griffie else ())),
    )


def stop(said: Incoming, ctx: Context) -> Reply:
    """/stop outside a form: the word means too much to act on at once."""
    reminders_too = (Choice("Geen herinneringen meer", "/herinner niet"),) if ctx.member.may(COUNCIL) else ()
    return Reply(
        "Wat wilt u stoppen?\n\nUw functie, uw aanvragen en uw vragen blijven gewoon bestaan.",
        (
            *reminders_too,
            Choice("Deze chat ontkoppelen", "/ontkoppel"),
            Choice("Niets, laat maar", "/ontkoppel nee"),
        ),
    )


def cancel(said: Incoming, ctx: Context) -> Reply:
    """/annuleer when there is nothing to cancel."""
    return Reply("Er is niets om te annuleren. U was nergens mee bezig.")


def back(said: Incoming, ctx: Context) -> Reply:
    """“terug” when there is no question to go back to."""
    return Reply("Er is niets om naar terug te gaan. Stel gewoon uw vraag, of typ /help.")


def settings(said: Incoming, ctx: Context) -> Reply:
    """/instellingen"""
    parts = [f"**Uw instellingen**\n\nGemeente: {escape(ctx.member.municipality.name)}"]
    listed, chat_choices = linking.listed(said, ctx)
    choices: list[Choice] = []
    if ctx.member.may(COUNCIL):
        chosen = members.leads(ctx.session, ctx.member.person_id, ctx.member.municipality.leads)
        parts.append(_reminders(chosen))
        for lead in LEADS:
            label = dutch.lead_words(lead)
            says = f"/herinner {'uit' if lead in chosen else 'aan'} {lead}"
            choices.append(Choice(f"{'Niet meer' if lead in chosen else 'Ook'} {label} ervoor", says))
    if ctx.member.elsewhere:
        choices.append(Choice("Andere gemeente", "/gemeente"))
    return Reply("\n\n".join([*parts, *listed]), (*choices, *chat_choices))


def _reminders(chosen: tuple[int, ...]) -> str:
    if not chosen:
        return "U krijgt geen herinneringen aan vergaderingen."
    words = dutch.listing([dutch.lead_words(lead) for lead in sorted(chosen, reverse=True)])
    return f"U krijgt herinneringen aan vergaderingen: {words} ervoor."


def remind(said: Incoming, ctx: Context) -> Reply:
    """/herinner aan 1440, /herinner uit 1440, /herinner niet: minutes before a meeting."""
    chosen = set(members.leads(ctx.session, ctx.member.person_id, ctx.member.municipality.leads))
    verb, _, minutes = said.rest.partition(" ")
    known = {str(lead): lead for lead in LEADS}
    if verb == "niet":
        chosen = set()
    elif verb == "aan" and minutes in known:
        chosen.add(known[minutes])
    elif verb == "uit" and minutes in known:
        chosen.discard(known[minutes])
    else:
        raise Refusal("Kies in /instellingen wanneer u herinneringen wilt.", Choice("Instellingen", "/instellingen"))
    members.choose_leads(ctx.session, ctx.member.person_id, tuple(chosen))
    for member in members.memberships(ctx.session, ctx.member.person_id):
        reminders.plan_for(ctx.session, [member.id], member.municipality_id, ctx.now)
    return Reply(f"Dat is opgeslagen. {_reminders(tuple(chosen))}", (Choice("Instellingen", "/instellingen"),))


def place(said: Incoming, ctx: Context) -> Reply:
    """/gemeente: for somebody with a mandate in two municipalities."""
    places = {row.code.lower(): row for row in members.places_of(ctx.session, ctx.member.person_id, ctx.now)}
    if forms.opened(ctx.session, [ctx.member.person_id]):
        raise Refusal("Dat kan nu niet. Maak eerst af waarmee u bezig bent.")
    if len(places) < 2:
        raise Refusal("U bent in één gemeente bekend. Er valt dus niets te kiezen.")
    if said.rest.lower() in places:
        row = places[said.rest.lower()]
        assert row.id is not None
        chats.talk_about(ctx.session, said.chat, row.id)
        return Reply(f"Vanaf nu gaat dit gesprek over {escape(row.name)}.")
    choices = tuple(Choice(row.name, f"/gemeente {code}") for code, row in places.items())
    return Reply(f"Dit gesprek gaat nu over {escape(ctx.member.municipality.name)}. Over welke wilt u praten?", choices)
