"""What people say in a sentence of their own that a command does: “ik wil een cursus aanvragen” is /training.

A sentence is such a wish only when nothing is left of it but the words of one, so that a question about the
rules (“mag ik een cursus aanvragen?”) is searched for as before.
"""

import re

from domain.choosing import one_slip, words
from domain.typed import simple

_LONGEST = 120  # characters; who writes more is telling something

# Said around a wish, without changing it. Not “mag”, “kan” and “hoe”, which ask for a rule, nor “dat”,
# which is about what was said before.
_SMALL = frozenset(
    words("""
    ik jij je u wij we wil wilt willen zou zouden wilde graag een de het mijn m n mij me onze ons nog even eens nu
    aub svp alstublieft alsjeblieft hoi hallo dag ja maar eigenlijk er is zijn heb hebben over te om met van voor aan
    op in komt komen gaat toch ook dan nou please laat zien geef naar alle
    """)
)

# The command, and the words that are left of ways to ask for it. The words of /help work by themselves.
WISHES: dict[str, str] = {
    "training": """
        training, cursus, training doen, cursus doen, training volgen, cursus volgen, opleiding volgen, scholing
        volgen, cursus aanvragen, opleiding aanvragen, scholing aanvragen, training regelen, cursus regelen,
        training boeken, cursus boeken, nieuwe aanvraag, nieuwe training, nieuwe training aanvragen, aanvraag
        doen, aanvraag indienen, aanvraag training, aanvraag cursus, congres bezoeken""",
    "aanvragen": """
        aanvraag, aanvragen, budget, aanvragen bekijken, hoe staat aanvraag, hoe staat aanvragen, hoe ver
        aanvraag, status aanvraag, wat status aanvraag, aanvraag al goedgekeurd, aanvraag goedgekeurd, wanneer
        hoor aanvraag, waarom aanvraag afgewezen, waarom training afgewezen, waarom cursus afgewezen, aanvraag
        afgewezen, waar blijft aanvraag, aanvraag intrekken, aanvraag annuleren, training intrekken, training
        annuleren, cursus annuleren, cursus afzeggen, training afzeggen, budget bekijken,
        hoeveel budget, wat budget, hoeveel opleidingsbudget, hoeveel
        scholingsbudget, hoeveel trainingsbudget, opleidingsbudget, scholingsbudget, trainingsbudget, hoeveel
        budget jaar, hoeveel budget cursus, hoeveel budget cursussen, hoeveel budget training, hoeveel budget
        trainingen, hoeveel budget scholing, hoeveel budget opleiding, hoeveel geld cursus, hoeveel geld
        cursussen, hoeveel geld training, hoeveel geld trainingen, hoeveel geld scholing, hoeveel geld opleiding""",
    "agenda": """
        agenda bekijken, wat agenda, wat staat agenda, wat staat morgen agenda, wat staat vandaag agenda, wat
        staat week agenda, volgende vergadering, eerstvolgende vergadering, volgende raadsvergadering,
        eerstvolgende raadsvergadering, volgende commissievergadering, wanneer vergadering, wanneer
        vergaderingen, wanneer vergaderen, wanneer volgende vergadering, wanneer eerstvolgende vergadering,
        wanneer raadsvergadering, wanneer volgende raadsvergadering, wanneer eerstvolgende raadsvergadering,
        wanneer volgende raad, wanneer volgende commissie, wanneer commissievergadering, wanneer volgende
        commissievergadering, hoe laat vergadering, hoe laat begint vergadering, hoe laat raadsvergadering, hoe
        laat begint raadsvergadering, waar vergadering, waar volgende vergadering, waar raadsvergadering, waar
        vergaderen, volgende week vergadering, volgende week raad, deze week vergadering, komende week
        vergadering, deze week raad, morgen vergadering, vandaag vergadering, vanavond vergadering, welke
        vergaderingen, raadsvergadering, hoe laat begint raad, hoe laat raad, wanneer begint raad, wanneer raad, waar
        raad, wanneer begint vergadering, hoe laat begint commissie, wanneer begint commissie, hoe laat vanavond, hoe
        laat moet zijn vanavond""",
    "vraag": """
        vraag griffie, vraag stellen griffie, vraag griffie stellen, iets vragen griffie, griffie iets vragen,
        griffie vragen, griffie vraag stellen, griffie spreken, griffier spreken, iets griffie vragen, bericht
        griffie, griffie bericht sturen, bericht sturen griffie, griffie mailen""",
    "openingstijden": """
        wanneer griffie, wanneer griffie open, wanneer griffie bereikbaar, hoe laat griffie open, griffie open,
        griffie bereiken, hoe griffie bereiken, hoe kan griffie bereiken, hoe kan griffie bellen, hoe kan
        griffier bereiken, hoe bereik griffie, hoe griffie bereikbaar, waar griffie bereiken, telefoonnummer
        griffie, wat telefoonnummer griffie, nummer griffie, wat nummer griffie, mailadres griffie, e mailadres
        griffie, wat mailadres griffie, wat e mailadres griffie, contact griffie, contact opnemen griffie,
        griffie bellen, griffie contact, hoe kom bij griffie, kan morgen iemand bereiken, morgen iemand bereiken, kan
        iemand bereiken, griffie morgen open, griffie vandaag open, griffie morgen bereikbaar""",
    "instellingen": """
        instellingen aanpassen, instellingen wijzigen, instellingen veranderen, herinnering, herinneringen,
        herinneringen aanpassen, herinneringen wijzigen, herinneringen veranderen, herinneringen instellen,
        herinneringen aanzetten, herinneringen weer, weer herinneringen, eerder herinnering, meldingen
        aanpassen, meldingen wijzigen, herinneringen dag tevoren, herinnering dag tevoren, herinneringen dag ervoor,
        herinnering dag ervoor, alleen dag ervoor, alleen dag tevoren, alleen week ervoor, minder herinneringen, veel
        herinneringen, te veel herinneringen, andere herinneringen""",
    "stop": """
        geen herinneringen, geen herinneringen meer, herinneringen uitzetten, herinneringen stoppen,
        herinneringen uit, stop herinneringen, stop herinneringen sturen, meldingen uitzetten, geen meldingen,
        geen meldingen meer, geen berichten, geen berichten meer, berichten uitzetten, stop berichten, afmelden
        bot, uitschrijven, stoppen""",
    "help": """
        wat kun allemaal, wat kunt allemaal, wat kan allemaal, wat kun doen, wat kunt doen, wat kun allemaal
        doen, wat kunt allemaal doen, wat kan hier, wat kan hier doen, wat kan hier allemaal, wat kan allemaal
        hier, wat kan hier allemaal doen, wat kan raadsmaat, welke commando s, welke opdrachten, commando s,
        menu, opties, mogelijkheden, uitleg, handleiding, hoe werkt dit, hoe werkt deze bot, hoe werkt deze app,
        hoe werkt deze chat, hoe werkt raadsmaat, hoe werkt bot, hoe werkt app, help, hulp nodig""",
    "privacy": """
        wat bewaar, wat bewaart, wat bewaar mij, welke gegevens bewaart, welke gegevens bewaar, gegevens wissen,
        gegevens verwijderen, wat bewaren jullie, welke gegevens bewaren jullie, wat bewaart raadsmaat, welke gegevens
        bewaart raadsmaat, wat weet raadsmaat, wat weten jullie, kun gegevens wissen, kunt gegevens wissen, kun gegevens
        verwijderen, kunt gegevens verwijderen, account verwijderen, account wissen, verwijder alles, alles verwijderen,
        alles wissen, wis alles, verwijder gegevens, wis gegevens""",
    "gegevens": """
        gegevens, gegevens bekijken, gegevens inzien, gegevens opvragen, inzage gegevens, welke gegevens, gegevens zien,
        eigen gegevens, hoe zie gegevens, hoe zie eigen gegevens, hoe kan gegevens zien, hoe kan gegevens inzien, eigen
        gegevens zien, eigen gegevens inzien, eigen gegevens bekijken, welke gegevens hebben jullie, welke commissie
        zit, welke commissies zit""",
    "themas": """
        ben nieuw, ben nieuw raad, ben nieuw raadslid, ben net raadslid, ben net begonnen, ben net begonnen raadslid,
        wat allemaal recht, waar allemaal recht, ben nieuw wat allemaal recht, ben nieuw waar allemaal recht, ben nieuw
        waar recht, ben nieuw wat recht, wat weet allemaal, waar weet allemaal iets""",
    "wissen": """
        oud raadslid wissen, gegevens oud raadslid wissen, gegevens wissen oud raadslid, hoe wis gegevens oud raadslid,
        raadslid wissen, gegevens raadslid wissen, gegevens wissen raadslid, iemand wissen, gegevens iemand wissen,
        gegevens wissen iemand""",
    "koppel": "chat koppelen, tweede chat, telefoon koppelen, andere telefoon koppelen, nieuwe telefoon",
    "vergadering": """
        nieuwe vergadering, vergadering plannen, vergadering inplannen, vergadering toevoegen, vergadering
        maken, vergadering aanmaken, raadsvergadering invoeren, raadsvergadering plannen, commissievergadering
        invoeren, zet vergadering agenda, vergadering agenda zetten""",
    "verplaats": """
        vergadering verplaatsen, vergadering verzetten, vergadering verschuiven, vergadering wijzigen,
        raadsvergadering verplaatsen, raadsvergadering verzetten""",
    "afgelasten": """
        vergadering afgelasten, vergadering annuleren, vergadering schrappen, vergadering afzeggen,
        raadsvergadering afgelasten, vergadering door niet, vergadering niet door""",
    "bericht": """
        bericht sturen, bericht versturen, bericht schrijven, bericht maken, nieuw bericht, iedereen bericht
        sturen, bericht iedereen, bericht iedereen sturen, bericht raad, bericht raadsleden, bericht sturen
        iedereen, stuur iedereen bericht, stuur bericht, stuur bericht iedereen, stuur raadsleden bericht, stuur bericht
        raadsleden, stuur bericht raad, bericht sturen raad, bericht sturen raadsleden, iedereen iets laten weten, iets
        laten weten iedereen, raad iets laten weten, raadsleden iets laten weten, mededeling sturen, mededeling""",
    "bereik": """
        wie bericht gelezen, wie heeft bericht gelezen, wie bericht gekregen, wie heeft bericht gekregen, wie bericht
        kreeg, wie bereikt, wie heeft gelezen, wie gelezen, wie heeft ontvangen, wie heeft gekregen""",
    "vragen": """
        open vragen, openstaande vragen, welke vragen open, welke vragen staan open, vragen bekijken, hoeveel vragen
        open, hoeveel vragen staan open""" ,
    "leden": "ledenlijst, wie bereikbaar, wie niet bereikbaar, wie doet mee, wie doen mee",
    "uitnodigen": "iemand uitnodigen, nieuwe code, code maken, uitnodiging, uitnodiging sturen, uitnodiging maken",
}  # fmt: skip


# Of somebody of the griffie, who asks in the morning what there is to do.
OF_GRIFFIE = {"vragen": "vragen, nieuwe vragen, wat moet doen, wat ligt, wat ligt griffie, wat wacht"}
_ON_BEHALF = re.compile(
    r"(?:ik (?:wil|moet|ga) )?(?:iets |een vraag stellen |een training aanvragen )?namens "
    r"(?P<who>[a-z.'-]+(?: [a-z.'-]+)*?)"
    r"(?: (?:een|iets|wat|graag)\b.*)?"
)


def on_behalf_of(said: str) -> str:
    """For whom somebody of the griffie wants to do something: “namens Anna een vraag stellen”; empty for nobody."""
    found = _ON_BEHALF.fullmatch(simple(said).rstrip(".!")) if len(said) <= _LONGEST else None
    return found["who"] if found else ""


def telling(said: str) -> tuple[str, ...]:
    """The words of a sentence that say what is wanted, without those that are said around it."""
    return tuple(word for word in words(simple(said)) if word not in _SMALL)


_WISHED = {telling(one): command for command, ways in WISHES.items() for one in ways.split(",")}


_OF_GRIFFIE = {telling(one): command for command, ways in OF_GRIFFIE.items() for one in ways.split(",")}


def command(said: str, known: dict[tuple[str, ...], str], *, griffie: bool = False) -> str:
    """The command that a sentence asks for, among the wishes above, of the `griffie` as well, and those `known`
    besides; empty for anything else. One word may be mistyped."""
    if len(said) > _LONGEST:
        return ""
    asked = telling(said)
    if griffie and asked in _OF_GRIFFIE:
        return _OF_GRIFFIE[asked]
    if found := _WISHED.get(asked) or known.get(asked):
        return found
    near = {does for way, does in [*_WISHED.items(), *known.items()] if _one_mistyped(asked, way)}
    return near.pop() if len(near) == 1 else ""


def _one_mistyped(asked: tuple[str, ...], way: tuple[str, ...]) -> bool:
    if len(asked) != len(way) or len(way) < 2:
        return False  # a single word that is nearly a command may well be another word
    wrong = [(typed, meant) for typed, meant in zip(asked, way, strict=True) if typed != meant]
    return len(wrong) == 1 and one_slip(*wrong[0])
