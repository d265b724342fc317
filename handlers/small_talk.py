"""What is said without being a question: a greeting, thanks, never mind, a complaint about the bot."""

import re
import string
from dataclasses import dataclass

from domain.typed import simple

_LONGEST = 120  # characters; who writes more is telling something


@dataclass(frozen=True, slots=True)
class Courtesy:
    """What is said back. `person`: the sentence that offers the griffie, to who is not of it. `asks`: it answers
    something, so what could be chosen is shown again."""

    text: str
    person: str = ""
    asks: bool = False


_GREETING = Courtesy("Dag! Stel gewoon uw vraag. Met /help ziet u wat ik nog meer voor u doe.")
_THANKS = Courtesy("Graag gedaan.")
_NEVER_MIND = Courtesy("Goed. U kunt het altijd later vragen.")
_YES = Courtesy("Ik weet niet waar u ja op zegt.", asks=True)
_READY = Courtesy("Natuurlijk. Typ uw vraag in uw eigen woorden.")
_CHAT = Courtesy("Ik ben er. Typ uw vraag, of /help om te zien wat ik kan.")
_CALL = Courtesy(
    "Ik ben een computerprogramma en kan niet bellen.", person="Wilt u een mens spreken? Vraag het de griffie."
)
_COMING = Courtesy("Ik geef niet door of u komt.", person="Laat het de griffie weten.")
_WHO = Courtesy(
    "Ik ben Raadsmaat, een computerprogramma van uw gemeente. Ik geef antwoord uit gecontroleerde artikelen over het "
    "werk van raadsleden. Weet ik iets niet, dan kan uw vraag naar de griffie. Met /help ziet u wat ik kan."
)
_COMPLAINT = Courtesy(
    "Het spijt me dat ik u niet goed hielp. Stel uw vraag gerust in andere woorden.",
    person="Of vraag het de griffie, daar leest een mens mee.",
)

_PITY = Courtesy(
    "Dat is jammer. Wilt u iets weten? Stel dan gewoon uw vraag.", person="Overleggen met de griffie kan ook."
)

_SAID = (
    (_GREETING, (
        "hallo", "hoi", "hey", "hee", "he", "hi", "dag", "goedemorgen", "goedemiddag", "goedenavond", "goedendag",
        "moin", "hallo raadsmaat", "dag raadsmaat", "hoi raadsmaat", "goede morgen", "goede middag", "goeden avond",
        "ben er weer", "ik ben er weer", "daar ben ik weer", "hier ben ik weer", "ik ben het weer", "ben ik weer",
        "goede avond", "goeiemorgen", "goeiemiddag", "goeienavond", "hallo daar", "ben je daar", "bent u daar",
        "is daar iemand", "goedemorgen raadsmaat", "goedemiddag raadsmaat", "goedenavond raadsmaat", "hello",
    )),
    (_THANKS, (
        "bedankt", "dank", "dank u", "dank je", "dankjewel", "dank je wel", "dankuwel", "dank u wel", "thanks",
        "top", "fijn", "mooi", "super", "prima", "oke", "ok", "duidelijk", "helder", "bedankt voor de hulp",
        "heel erg bedankt", "hartelijk dank", "hartelijk bedankt", "top bedankt", "oke bedankt", "ok bedankt", "thx",
        "fijn dank u", "dank voor de hulp", "bedankt voor uw hulp", "bedankt voor het antwoord", "geweldig", "perfect",
        "daar heb ik iets aan", "dat helpt", "goed zo", "tof", "tot ziens", "doei", "dag hoor", "fijne dag",
        "fijne avond", "prettige avond", "tot de volgende keer",
        "goed", "is goed", "goed om te weten", "dan weet ik dat", "dan weet ik genoeg", "ik weet genoeg", "begrepen",
        "snap ik", "ik snap het", "ik begrijp het", "leuk", "handig", "wauw", "wow", "❤", "👏", "😊", "🙂", "💪",
        "merci", "bedankt hoor", "fijne dag verder", "👍", "🙏",
    )),
    (_NEVER_MIND, (
        "neen", "nee dank", "niet meer", "nee nu niet", "nu even niet",
        "laat maar", "laat maar zitten", "nee", "nee hoor", "nee dank u", "nee dank je", "nee bedankt", "nee laat maar",
        "niks", "niets", "hoeft niet", "hoeft niet meer", "al opgelost", "is al opgelost", "het is al opgelost",
        "ik weet het al", "niet meer nodig", "vergeet het", "vergeet maar", "sorry verkeerde chat", "foutje",
        "sorry foutje", "vergissing", "verkeerd gestuurd", "toch niet", "komt later wel", "later",
    )),
    (_YES, (
        "ja", "jazeker", "jawel", "ja graag", "graag", "yes", "yep", "jep", "klopt", "dat klopt", "akkoord", "zeker",
        "ja dat bedoel ik", "dat bedoel ik", "inderdaad", "doe maar", "ja doe maar", "natuurlijk", "ja versturen",
        "ja opslaan", "versturen", "met mijn naam", "zonder mijn naam", "ja met mijn naam", "ja zonder mijn naam",
        "ja alleen de griffier", "alleen de griffier", "verstuur maar", "stuur maar", "mijn naam mag erbij",
        "mijn naam erbij is prima", "met naam", "zonder naam", "dat mag met mijn naam", "mag met mijn naam",
    )),
    (_READY, (
        "ik heb een vraag", "ik heb een vraagje", "mag ik iets vragen", "mag ik wat vragen", "ik wil iets vragen",
        "ik wil wat vragen", "ik wil een vraag stellen", "kan ik een vraag stellen", "mag ik een vraag stellen",
        "kun je me helpen", "kun je mij helpen", "kan je me helpen", "kan je mij helpen", "kunt u me helpen",
        "kunt u mij helpen", "kun jij me helpen", "kun jij mij helpen", "wil je me helpen", "help me", "vraagje",
    )),
    (_CHAT, (
        "haha", "hahaha", "hihi", "lol", "grapje", "geintje", "sorry", "oeps", "test", "testje", "test test",
        "testbericht", "proef", "even testen", "hmm", "tja", "ach", "zucht", "wacht even", "moment", "even wachten",
        "iets anders", "😀", "😂", "🤣", "😅", "😉", "🤔",
    )),
    (_PITY, (
        "pff", "pff te duur", "te duur", "dat is te duur", "veel te duur", "dat is veel te duur", "wat duur",
        "dat is duur", "jammer", "dat is jammer", "wat jammer", "balen", "helaas", "pech", "dat valt tegen",
        "veel gedoe", "wat een gedoe",
    )),
    (_CALL, (
        "bel me", "bel mij", "kun je me bellen", "kun je mij bellen", "kan je me bellen", "kan je mij bellen",
        "kan jij me bellen", "kan jij mij bellen", "kun jij me bellen", "kun jij mij bellen", "kunt u me bellen",
        "kunt u mij bellen", "wil je me bellen", "bel me terug", "mag ik je bellen", "kan ik je bellen",
        "kan ik u bellen", "mag ik u bellen", "kan ik bellen",
    )),
    (_COMING, (
        "ik kom", "ik kom niet", "ik kom ook", "ik kom wel", "ik ben erbij", "ik ben er bij", "ik ben er niet bij",
        "ik ben er niet", "ik kan niet", "ik kan niet komen", "ik ben verhinderd", "verhinderd", "ik meld me af",
        "ik wil me afmelden", "kan ik me afmelden", "hoe meld ik me af", "afmelden", "ik meld me aan",
        "ik wil me aanmelden", "aanmelden", "kan ik me aanmelden", "ik kom later", "ik ben later",
        "kan ik me afmelden voor de vergadering", "hoe meld ik me af voor de vergadering",
        "ik meld me af voor de vergadering", "ik wil me afmelden voor de vergadering",
    )),
    (_WHO, (
        "wie ben je", "wie ben jij", "wie bent u", "wat ben je", "wat ben jij", "wat bent u", "ben je een mens",
        "bent u een mens", "ben je een robot", "bent u een robot", "ben jij een robot", "wat kan je", "wat kun je",
        "wat kun jij", "wat kunt u", "wat doe je", "wat doet u", "wie is raadsmaat", "wat is raadsmaat",
        "praat ik met een mens", "praat ik met een computer", "hoe heet je", "hoe heet u",
    )),
    (_COMPLAINT, (
        "bedoel ik niet", "bedoelde ik niet", "nee dat niet", "dat niet", "niet dat", "die niet", "nee die niet",
        "ik begrijp het niet", "ik snap het niet", "ik begrijp er niks van", "ik begrijp er niets van",
        "ik snap er niks van", "ik snap er niets van", "dat snap ik niet", "dat begrijp ik niet", "snap ik niet",
        "begrijp ik niet", "ik kom er niet uit", "kut", "kutbot", "kut bot", "klotebot", "klote", "rotbot", "rotding",
        "shit", "wtf", "verdomme", "godver", "godverdomme", "wat een kutbot", "wat een klotebot", "bot", "wat een bot",
        "stomme app", "stom ding", "irritant", "wat irritant",
        "dit is geen antwoord op mijn vraag", "dat is geen antwoord op mijn vraag", "is geen antwoord op mijn vraag",
        "dit is toch geen antwoord op mijn vraag", "geen antwoord op mijn vraag", "dit was mijn vraag niet",
        "dat was mijn vraag niet", "dat was niet mijn vraag", "dit vroeg ik niet", "dit heb ik niet gevraagd",
        "dat heb ik niet gevraagd", "u geeft geen antwoord", "je geeft geen antwoord", "dit is geen antwoord",
        "dat is toch geen antwoord", "dit is toch geen antwoord",
        "dat is geen antwoord", "dat vroeg ik niet", "dat bedoel ik niet", "dat bedoelde ik niet",
        "nee dat bedoel ik niet", "ik bedoel iets anders", "nee ik bedoel iets anders", "ik bedoelde iets anders",
        "je begrijpt me niet", "u begrijpt me niet", "je snapt het niet", "u snapt het niet", "daar heb ik niets aan",
        "daar heb ik niks aan",
        "hier heb ik niets aan", "hier heb ik niks aan", "dit klopt niet", "dat klopt niet", "dit is onzin",
        "wat een onzin", "onzin", "waardeloos", "slecht", "slechte bot", "domme bot", "stomme bot", "stom", "dom",
        "ik ben boos", "ik heb een klacht", "klacht", "wat een slecht antwoord", "verkeerd antwoord", "fout antwoord",
        "je helpt me niet", "u helpt me niet", "dat helpt niet", "dit helpt niet", "niet nuttig", "wat een rotding",
        "ik wil een mens spreken", "ik wil een mens", "geef me een mens", "kan ik een mens spreken", "mens",
        "ik wil iemand spreken", "kan ik iemand spreken", "medewerker", "👎",
    )),
)  # fmt: skip


def _pieces(text: str) -> tuple[str, ...]:
    """The words and emoji of a text."""
    return tuple(piece for piece in re.findall(r"\w+|[^\w\s]", simple(text)) if piece not in string.punctuation)


_PHRASES = {_pieces(one): courtesy for courtesy, ways in _SAID for one in ways}
_MOST_WORDS = max(map(len, _PHRASES))
# Of several the first of these is answered: “nee, dat bedoel ik niet, sorry” is a complaint.
_TELLING = (_COMPLAINT, _PITY, _CALL, _COMING, _WHO, _NEVER_MIND, _READY, _THANKS, _YES, _CHAT, _GREETING)
_AROUND = frozenset(
    _pieces("hoor zeg dan maar heel erg echt nou wel even toch dus zo ook en raadsmaat hartstikke oh o")
)
_FOR_WHAT = re.compile(
    r"voor (?:de|het|uw|je|jouw|jullie|al|deze|dit)(?: [a-z]+){0,2} "
    r"(?:hulp|antwoord|antwoorden|reactie|uitleg|moeite|info|informatie|tijd)"
)


def answer(text: str) -> Courtesy | None:
    """The courtesy that fits, when the whole message is made of them; None for anything else."""
    left = _pieces(_FOR_WHAT.sub(" ", simple(text))) if len(text) <= _LONGEST else ()
    meant: set[Courtesy] = set()
    while left:
        sizes = range(min(_MOST_WORDS, len(left)), 0, -1)
        size = next((size for size in sizes if left[:size] in _PHRASES), 0)
        if size:
            meant.add(_PHRASES[left[:size]])
        elif left[0] not in _AROUND:
            return None
        left = left[max(size, 1) :]
    return next((courtesy for courtesy in _TELLING if courtesy in meant), None)
