"""What is said without being a question: a greeting, thanks, never mind, a complaint about the bot."""

from dataclasses import dataclass

from domain.typed import simple


@dataclass(frozen=True, slots=True)
class Courtesy:
    """What is said back. After a complaint a person is offered."""

    text: str
    complaint: bool = False


_GREETING = Courtesy("Dag! Stel gewoon uw vraag. Met /help ziet u wat ik nog meer voor u doe.")
_THANKS = Courtesy("Graag gedaan.")
_NEVER_MIND = Courtesy("Goed. U kunt het altijd later vragen.")
_YES = Courtesy("Ik weet niet waar u ja op zegt. Kies een van de antwoorden hierboven, of stel uw vraag opnieuw.")
_WHO = Courtesy(
    "Ik ben Raadsmaat, een computerprogramma van uw gemeente. Ik geef antwoord uit gecontroleerde artikelen over het "
    "werk van raadsleden. Weet ik iets niet, dan kan uw vraag naar de griffie. Met /help ziet u wat ik kan."
)
_COMPLAINT = Courtesy(
    "Het spijt me dat ik u niet goed hielp. Stel uw vraag gerust in andere woorden. Of vraag het de griffie, "
    "daar leest een mens mee.",
    complaint=True,
)

_SAID = (
    (_GREETING, (
        "hallo", "hoi", "hey", "hee", "he", "hi", "dag", "goedemorgen", "goedemiddag", "goedenavond", "goedendag",
        "moin", "hallo raadsmaat", "dag raadsmaat", "hoi raadsmaat", "goede morgen", "goede middag", "goeden avond",
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
        "merci", "bedankt hoor", "fijne dag verder", "👍", "🙏",
    )),
    (_NEVER_MIND, (
        "laat maar", "laat maar zitten", "nee", "nee hoor", "nee dank u", "nee dank je", "nee bedankt", "nee laat maar",
        "niks", "niets", "hoeft niet", "hoeft niet meer", "al opgelost", "is al opgelost", "het is al opgelost",
        "ik weet het al", "niet meer nodig", "vergeet het", "vergeet maar", "sorry verkeerde chat", "foutje",
        "sorry foutje", "verkeerd gestuurd", "toch niet", "komt later wel", "later",
    )),
    (_YES, ("ja", "jazeker", "jawel", "ja graag", "ja hoor", "graag", "yes", "klopt")),
    (_WHO, (
        "wie ben je", "wie ben jij", "wie bent u", "wat ben je", "wat ben jij", "wat bent u", "ben je een mens",
        "bent u een mens", "ben je een robot", "bent u een robot", "ben jij een robot", "wat kan je", "wat kun je",
        "wat kun jij", "wat kunt u", "wat doe je", "wat doet u", "wie is raadsmaat", "wat is raadsmaat",
        "praat ik met een mens", "praat ik met een computer", "hoe heet je", "hoe heet u",
    )),
    (_COMPLAINT, (
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
_ANSWERS = {words: courtesy for courtesy, all_words in _SAID for words in all_words}


def answer(text: str) -> Courtesy | None:
    """The courtesy that fits, when the whole message is one; None for anything else."""
    said = " ".join(simple(text[:60]).replace(",", " ").split())
    return _ANSWERS.get(said.strip(" .,!?:;)("))
