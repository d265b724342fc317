"""Reading what a person typed at a question: one plain function for each kind of answer.

Each returns what was meant, or raises Refusal with what was not understood and an example of a good answer.
What was typed is never repeated. Nothing is guessed: of two meanings, the person is asked to choose.
"""

import re
from collections.abc import Collection, Sequence

from domain.choosing import is_skip, leaves_open, one_of, only_yes, words, yes_or_no
from domain.days import day
from domain.dutch import either, money
from domain.messages import Choice, Puzzled, Refusal
from domain.times import day_only, moment, time
from domain.typed import LONGEST, NUMBER, folded, kept, number, simple

__all__ = [
    "count",
    "day",
    "day_only",
    "euros",
    "is_skip",
    "leaves_open",
    "moment",
    "named",
    "one_of",
    "only_yes",
    "statement",
    "text",
    "time",
    "yes_or_no",
]

MOST_CENTS = 100_000_000


_QUESTION = re.compile(
    r"(?:(?:en|maar|oh|eh|uh|hee|he|hoi|sorry) )*(?:wat|wie|waar|wanneer|waarom|hoe|hoeveel|welke?|mag|mogen|kan|kun|"
    r"kunt|moet|krijg|heb|hebt|is|zijn|wordt|worden|geldt)\b.*\?"
)


_PUZZLED = re.compile(
    r"(?:(?:eh+|uh+|huh|hoe|sorry|ja|nee|nou|tja|pff|wat) )*(?:wat bedoel(?:t|en)? (?:je|u|jij|jullie)\b.*|"
    r"wat wordt (?:er )?bedoeld|wat moet ik (?:hier |nu |dan )?(?:invullen|zeggen|typen|schrijven|doen|antwoorden)|"
    r"(?:dat )?(?:begrijp|snap) ik niet|ik (?:begrijp|snap) (?:het|dit|dat|de vraag|je|u) niet|"
    r"geen (?:flauw )?idee|"
    r"(?:dat )?weet (?:ik )?(?:het )?(?:nog |echt |zo )*niet|ik weet (?:het |dat )?(?:nog |echt |zo )*niet\b.{0,30}|"
    r"weet ik veel)"
)


def statement(said: str, *, most: int = 200, least: int = 1) -> str:
    """As `text`, where a question is no answer: who asks something half-way is told how. Raises Refusal.

    Who does not know, or does not understand what is asked, is `Puzzled`: “eh wat bedoel je” is the name of nobody.
    """
    if _PUZZLED.fullmatch(" ".join(words(simple(said)))):
        raise Puzzled("Weet u het niet? Typ dan: nog niet bekend. Wilt u ermee ophouden? Typ dan: stop.")
    if _QUESTION.fullmatch(simple(said)):
        raise Refusal(
            "Dat lees ik als een vraag. Wilt u die stellen? Typ dan eerst: stop. "
            "Hoort het bij uw antwoord? Typ het dan zonder vraagteken."
        )
    return text(said, most=most, least=least)


def text(said: str, *, most: int = 200, least: int = 1) -> str:
    """One or more lines of text, without what nobody can see, in Unicode's composed form (NFC).

    `most` counts characters; `least` counts letters and figures, so that “!!!” or an emoji alone is not an
    answer. Raises Refusal when it is longer or has less.
    """
    raw = said.strip()
    # Cleaning takes time for each character, so what can never fit is refused as it is.
    clean = kept(raw) if len(raw) <= 2 * most + LONGEST else raw
    if len(clean) > most:
        raise Refusal(f"Uw tekst is te lang: {len(clean)} tekens. Schrijf hoogstens {most} tekens.")
    letters = sum(character.isalnum() for character in clean)
    if letters >= least:
        return clean
    if letters:
        raise Refusal(f"Uw antwoord is te kort. Schrijf minstens {least} letters.")
    raise Refusal("Ik lees geen woorden in uw antwoord. Schrijf het in een paar woorden.")


_AMOUNT = re.compile(
    r"(?P<whole>0|[1-9][0-9]{0,9}|[1-9][0-9]{0,2}(?:(?:\.[0-9]{3}){1,3}|(?: [0-9]{3}){1,3}))"
    r"(?:,(?P<part>[0-9]{1,2})|,[-=]{1,2})?"
)
_POINT = re.compile(r"(?P<whole>[0-9]{1,9})\.(?P<part>[0-9]{1,2})")
_ABOUT = re.compile(r"^(?:(?:ongeveer|circa|ca\.?|rond(?: de)?|zo'n|plusminus|±|om en nabij(?: de)?|naar schatting) ?)")
_FREE = {"gratis", "niets", "nul", "niks", "kosteloos", "geen kosten"}
_AROUND = re.compile(r"^(?:het|dat|ze) (?:kost|is|kosten) |(?: incl(?:usief)?\.?(?: de)? btw| in totaal| totaal)$")
_AMOUNT_EXAMPLE = "Schrijf bijvoorbeeld: 1.250,50."


def euros(said: str) -> int:
    """An amount in euro cents, from 0 to a million euros: “€ 1.250,00”, “1250,5”, “1.250,-”, “gratis”.

    A point stands between thousands and a comma before the cents; “1.25” is asked about. “Ongeveer 300” is 300: who
    does not know is asked for an estimate. Raises Refusal.
    """
    words = simple(said).removesuffix(".")
    if words in _FREE:
        return 0
    if is_skip(said):
        raise Refusal("Weet u het niet precies? Schrijf dan een schatting, bijvoorbeeld: 500.")
    if re.search(r"[0-9] *(?:excl|zonder|ex)\b.*btw", re.sub("(?:€|euro)", " ", words)):
        raise Refusal("Noem het bedrag met de btw erbij. " + _AMOUNT_EXAMPLE)
    if re.search(r"[0-9][,=-]* ?(?:€|euro)? ?(?:-|a|tot|of|en) ?(?:€ ?)?[0-9]", words):
        raise Refusal("Noem één bedrag: het hoogste dat het kan worden. " + _AMOUNT_EXAMPLE)
    words = _ABOUT.sub("", _AROUND.sub("", words))
    words = re.sub(r"([0-9]) euro ([0-9]{2})$", r"\1,\2", words)
    words = re.sub(r"^(?:€|eur\b|euro\b) ?|(?<=[0-9=-]) ?(?:€|eur|euro|euro's|euros)$", "", words)
    if re.fullmatch(r"(?:- ?|min )(?:€ ?)?[0-9.,]+|[0-9.,]*[0-9]-", words):
        raise Refusal("Een bedrag kan niet onder nul zijn. " + _AMOUNT_EXAMPLE)
    if match := _POINT.fullmatch(words):
        raise _which_amount(match["whole"], match["part"])
    if re.fullmatch(r"[0-9. ]+,[0-9]{3,}", words):
        raise Refusal("Na de komma horen hoogstens 2 cijfers, voor de centen. " + _AMOUNT_EXAMPLE)
    match = _AMOUNT.fullmatch(words)
    if not match:
        raise Refusal("Ik begrijp dit bedrag niet. Schrijf alleen het bedrag, in cijfers, bijvoorbeeld: 1.250,50.")
    whole = int(re.sub("[. ]", "", match["whole"]))
    cents = whole * 100 + int((match["part"] or "").ljust(2, "0"))
    if cents > MOST_CENTS:
        raise Refusal(f"Dat is meer dan {money(MOST_CENTS)}. Klopt het bedrag? " + _AMOUNT_EXAMPLE)
    return cents


def _which_amount(whole: str, part: str) -> Refusal:
    meant = [int(whole) * 100 + int(part.ljust(2, "0")), int(whole + part) * 100]
    texts = [money(cents) for cents in meant if cents <= MOST_CENTS]
    if len(set(texts)) < 2:
        return Refusal("Schrijf een komma voor de centen, bijvoorbeeld: 1.250,50.")
    return Refusal(f"Bedoelt u {either(texts)}?", *(Choice(one, one) for one in texts))


def count(said: str, *, least: int = 0, most: int = 9_999, of: Collection[str] = ()) -> int:
    """A whole number from `least` to `most`, in figures or in words up to twenty.

    `of` holds the words that may follow it, in lower case (“dag”, “dagen”): another word might change the
    meaning, as in “2 weken” at a question for days. Raises Refusal.
    """
    words = simple(said).removesuffix(".")
    figure, _, after = words.partition(" ")
    if after and after not in of:
        figure = ""
    if figure in ("nul", "geen"):
        found = 0
    elif re.fullmatch(NUMBER, figure):
        found = number(figure)
    elif re.fullmatch(r"[0-9]{1,9}|[1-9][0-9]{0,2}(?:\.[0-9]{3}){1,2}", figure):
        found = int(figure.replace(".", ""))
    else:
        raise Refusal(f"Ik begrijp dit aantal niet. Schrijf een heel getal, bijvoorbeeld: {max(least, 1)}.")
    if not least <= found <= most:
        raise Refusal(f"Dat kan niet. Schrijf een getal van {least} tot en met {most}.")
    return found


def named(said: str, names: Sequence[str]) -> list[int]:
    """Which of these names are meant, by their places: the one that is exactly said, else all that have the words."""
    words = folded(said).split()
    known = [folded(name).split() for name in names]
    exact = [at for at, name in enumerate(known) if name == words]
    return exact or [at for at, name in enumerate(known) if words and all(word in name for word in words)]
