"""People whom the bot does not know yet, and the code that changes that."""

from datetime import datetime

from sqlmodel import Session

from domain import platforms, roles
from domain.markup import escape
from domain.messages import Choice, Incoming, Reply
from storage import askedin, chats, forms, invitations, members, outbox
from storage.tables import Chat

PUBLIC = (
    "**Dit is Raadsmaat**, de hulp voor leden van de gemeenteraad en raadscommissies.\n\n"
    "Raadsmaat beantwoordt vragen over uw rechten en ondersteuning, regelt aanvragen voor trainingen "
    "en herinnert u aan vergaderingen.\n\n"
    "Wilt u Raadsmaat gebruiken? Vraag een **uitnodigingscode** aan de griffie van uw gemeente. "
    "Stuur die code hier als bericht.\n\n"
    "Typ /privacy als u wilt weten wat Raadsmaat bewaart."
)
# The same for everybody: who gets something in their own chat is known there, which nobody here may see.
GROUP = (
    "In een groep geef ik geen antwoord, want anderen lezen mee. Hebt u een eigen gesprek met mij? Dan schrijf ik u "
    "daar. Anders stuurt u mij een eigen bericht."
)
_WRONG = (
    "Deze code werkt niet. Misschien is hij al gebruikt of verlopen, of zit er een typefout in.\n\n"
    "Vraag de griffie om een nieuwe code."
)
BLOCKED = "U hebt te vaak een verkeerde code gestuurd. Probeer het over een uur opnieuw."


def stranger(said: Incoming, session: Session, now: datetime) -> Reply:
    """What somebody without a mandate hears. It never tells who is a member, or of what."""
    if said.word in ("/privacy", "privacy"):
        return Reply(
            f"{PRIVACY}\n\nWilt u uw gegevens inzien of laten wissen? Vraag dat aan de griffie van uw gemeente."
        )
    code = code_in(said)
    return Reply(PUBLIC) if code is None else redeem(code, said, session, now)


def code_in(said: Incoming) -> str | None:
    """The invitation code in a message: after /start (a deep link) or /code, or by itself."""
    if said.word in ("/start", "/code"):
        return invitations.as_typed(said.rest) or None
    text = invitations.as_typed(said.text)
    return text if invitations.looks_like_code(text) else None


def redeem(code: str, said: Incoming, session: Session, now: datetime) -> Reply:
    """Links this chat with a code. Every attempt with a code that is not good counts."""
    if invitations.blocked(session, said.chat, now):
        return Reply(BLOCKED)
    before = chats.person_in(session, said.chat)
    if not invitations.looks_like_code(code) or invitations.redeem(session, code, said.chat, now) is None:
        return Reply(_WRONG)
    return _arrived(said, before, session, now)


def came(said: Incoming, session: Session, now: datetime) -> Reply | None:
    """Somebody came into a chat (their own address is the text): when the griffie asked them there, it is theirs."""
    before = chats.person_in(session, said.chat)
    if not said.text or askedin.came(session, said.chat, said.text, now) is None:
        return None
    return _arrived(said, before, session, now)


def _arrived(said: Incoming, before: int | None, session: Session, now: datetime) -> Reply:
    member = members.at(session, [said.chat], now).get(said.chat)
    if member is None:
        return Reply("U bent bekend, maar uw functie in de raad is nog niet begonnen of al voorbij.")
    others = [chat for chat in chats.of(session, member.person_id) if chats.address(chat) != said.chat]
    if others and before != member.person_id:
        return _second(member, said, others, session, now)
    for form in forms.opened(session, [member.person_id]).values():
        forms.close(session, form)
    return welcome(member)


def _second(member: roles.Member, said: Incoming, others: list[Chat], session: Session, now: datetime) -> Reply:
    """Another chat of somebody who has one: what they were busy with goes on here, and the others hear of it."""
    for chat in others:
        text = (
            f"Er is een chat aan uw naam gekoppeld, op {platforms.called(said.chat.platform)}. "
            "Was u dat niet zelf? Ontkoppel die chat dan in /instellingen en zeg het de griffie."
        )
        outbox.post(session, member.municipality.id, chats.address(chat), text, now)
    return Reply(
        f"Welkom, {escape(member.name)}. Deze chat is nu ook van u. U kunt hier alles doen wat u in uw andere chat "
        "doet, en afmaken waar u daar mee bezig was.\n\n"
        "Herinneringen en berichten krijgt u in de chat die u het laatst gebruikte. "
        "In /instellingen kiest u een vaste chat.",
        (Choice("Instellingen", "/instellingen"), Choice("Wat kan ik hier?", "/help")),
    )


def welcome(member: roles.Member) -> Reply:
    """The first words after a chat was linked, and the answer to /start."""
    place = escape(member.municipality.name)
    what = (
        "Met /help ziet u wat u als griffie kunt doen: berichten sturen, vergaderingen plannen, "
        "vragen beantwoorden en over aanvragen beslissen."
        if member.griffie
        else "Stel gewoon uw vraag, in uw eigen woorden. Met /help ziet u wat ik nog meer voor u doe."
    )
    choices = [Choice("Wat kan ik hier?", "/help"), Choice("Agenda", "/agenda")]
    return Reply(f"Welkom, {escape(member.name)}. Ik ben Raadsmaat, voor {place}.\n\n{what}", tuple(choices))


PRIVACY = (
    "**Wat Raadsmaat bewaart**\n\n"
    "- Uw naam, uw functie en in welke chat u bereikbaar bent. Die krijgt Raadsmaat van uw griffie.\n"
    "- Vragen die u aan de griffie laat voorleggen, en uw aanvragen.\n"
    "- Waarover uw laatste vraag ging, twintig minuten lang. Zo kunt u doorvragen.\n"
    "- Vragen aan de griffie ook nog apart, zonder uw naam en zonder namen erin, om te tellen hoeveel mensen ongeveer "
    "hetzelfde vragen. De griffie ziet zo'n vraag pas vanaf vijf mensen. Na een half jaar is zij weg.\n"
    "- Bestanden die u stuurt, zoals een bon bij een aanvraag.\n"
    "- De berichten van Raadsmaat aan u, zodat ze zeker aankomen. Na 30 dagen wordt de tekst gewist.\n\n"
    "Staat er een BSN, rekeningnummer, telefoonnummer, e-mailadres of adres in uw vraag? Dan bewaart Raadsmaat "
    "uw bericht niet, haalt het waar dat kan weg uit de chat en vraagt u het anders te schrijven.\n\n"
    "Wat u typt, wordt gewist zodra het is verwerkt. Alleen wat u zelf bevestigt, blijft bewaard.\n\n"
    "**Wie ziet wat**\n\n"
    "- De griffie ziet uw aanvragen en de vragen die u doorstuurt. Zonder uw naam, als u dat kiest.\n"
    "- Een vertrouwelijke vraag ziet alleen de griffier. Trekt u een vraag in, dan wordt de tekst gewist.\n"
    "- Andere raadsleden en fracties zien niets van u. Het college ook niet.\n"
    "- Andere gemeenten zien niets van u.\n\n"
    "Telegram en de beheerder van uw Matrix-server vervoeren uw berichten. Zij hebben eigen regels."
)
