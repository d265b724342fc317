"""What is said without being a question: a greeting, thanks, never mind."""

from domain.typed import simple

_SAID = {
    "Dag! Stel gewoon uw vraag. Met /help ziet u wat ik nog meer voor u doe.": (
        "hallo", "hoi", "hey", "hi", "dag", "goedemorgen", "goedemiddag", "goedenavond", "goedendag", "moin",
        "hallo raadsmaat", "dag raadsmaat", "goede morgen", "goede middag", "goeden avond",
    ),
    "Graag gedaan.": (
        "bedankt", "dank", "dank u", "dank je", "dankjewel", "dank je wel", "dankuwel", "dank u wel", "thanks",
        "top", "fijn", "mooi", "super", "prima", "oke", "ok", "duidelijk", "helder", "bedankt voor de hulp",
    ),
    "Goed. U kunt het altijd later vragen.": (
        "laat maar", "nee", "nee hoor", "nee dank u", "nee dank je", "nee bedankt",
        "niks", "niets", "hoeft niet", "al opgelost",
    ),
    "Ik weet niet waar u ja op zegt. Kies een van de antwoorden hierboven, of stel uw vraag opnieuw.": (
        "ja", "jazeker", "jawel", "ja graag", "ja hoor", "graag",
    ),
}  # fmt: skip
_ANSWERS = {words: answer for answer, all_words in _SAID.items() for words in all_words}


def answer(text: str) -> str | None:
    """The courtesy that fits, when the whole message is one; None for anything else."""
    return _ANSWERS.get(simple(text[:60]).strip(" .,!?"))
