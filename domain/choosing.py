"""Reading a choice: yes or no, one of some options, or leaving a question open."""

import re
from collections.abc import Iterable, Sequence

from domain.dutch import either
from domain.markup import escape
from domain.messages import Refusal
from domain.typed import folded, simple

_MOST_NAMED = 6  # options in one sentence
_MOST_SHOWN = 60  # characters of one option

_YES = """
    ja, j, jaa, jazeker, jawel, zeker, zeker weten, yes, y, yep, yup, jep, jup, sure, ok, oke, okay, okee,
    okido, okidoki, klopt, correct, juist, prima, graag, erg graag, akkoord, mee eens, goed,
    in orde, doe maar, verstuur maar, stuur maar, verzend maar, verstuur, bewaar maar, natuurlijk,
    uiteraard, inderdaad, absoluut, helemaal, top, wil ik, ik wil, ik kom, ik ga, ik doe mee, ik ben erbij,
    ik ben er bij, 👍, 👌, ✅, ✔, ☑"""
_NO = """
    nee, neen, n, no, nope, nah, neuh, niet, liever niet, graag niet, klopt niet, niet goed,
    fout, niet juist, onjuist, niet correct, niet akkoord, niet mee eens, niet nodig, hoeft niet, nog
    niet, zeker niet, absoluut niet, natuurlijk niet, uiteraard niet, helemaal niet, doe maar niet, toch
    niet, wil ik niet, ik wil niet, ik kom niet, ik ga niet, ik kan niet, ik doe niet mee, ik ben er niet,
    ik ben er niet bij, 👎, ❌, ✖"""
_POLITE = """
    hoor, dat, dit, is, het, dank, u, je, wel, bedankt, alstublieft, aub, svp, heel, hartstikke, helaas,
    sorry"""
_SKIPS = """
    overslaan, sla over, sla maar over, skip, weet ik niet, dat weet ik niet, weet ik nog niet, weet niet,
    ik weet het niet, geen idee, onbekend, geen, nvt, n.v.t, niet van toepassing, -, --, ---, /"""

_NO_ANSWER = """
    nee, neen, nee hoor, nee dank u, nee dank je, nee bedankt, nee niets, nee dat hoeft niet, niets, niks,
    niet nodig, hoeft niet, dat hoeft niet, zelfde, hetzelfde, dezelfde, dezelfde plaats, blijft hetzelfde, zelfde plek,
    dezelfde plek, zelfde locatie, dezelfde locatie, zelfde zaal, dezelfde zaal, op dezelfde plek, op dezelfde plaats"""
_ONLY_YES = "ja, j, jawel, ja hoor, ja graag, graag, ja dat wil ik"


def _phrases(listed: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in listed.split(","))


_SAYS = dict.fromkeys(_phrases(_YES), True) | dict.fromkeys(_phrases(_NO), False)
_ONLY_POLITE = _phrases(_POLITE)  # without a yes or a no beside them they say nothing (“dank u”)
_SKIPPED = _phrases(_SKIPS)
_OPEN_LEFT, _YES_ALONE = _phrases(_NO_ANSWER), _phrases(_ONLY_YES)
_LONGEST_PHRASE = max(len(phrase.split()) for phrase in _SAYS)


def yes_or_no(said: str) -> bool:
    """Whether somebody agrees. Raises Refusal when any word is unknown, or yes and no are both said."""
    spaced = re.sub(r"[.,!;:()\"]", " ", re.sub("([👍👌✅✔☑👎❌✖])", r" \1 ", simple(said)))
    left = re.sub(r"([a-z])\1{2,}", r"\1\1", spaced).split()  # “jaaaaa”
    left = [word for word in left if word not in _ONLY_POLITE]
    meant: set[bool | None] = set()
    while left:
        sizes = range(min(_LONGEST_PHRASE, len(left)), 0, -1)
        size = next((size for size in sizes if " ".join(left[:size]) in _SAYS), 1)
        meant.add(_SAYS.get(" ".join(left[:size])))
        left = left[size:]
    if meant == {True}:
        return True
    if meant == {False}:
        return False
    raise Refusal("Ik begrijp niet of u ja of nee bedoelt. Antwoord met: ja, of: nee.")


def is_skip(said: str) -> bool:
    """Whether somebody leaves a question open: “overslaan”, “weet ik niet”, “-”, “n.v.t.”.

    “geen” is one too; a question for a number reads it as 0 where this is not asked first.
    """
    return simple(said).rstrip("!.") in _SKIPPED


def leaves_open(said: str, label: str) -> bool:
    """Whether somebody leaves open a question that may be: as `is_skip`, by the choice `label`, or with no.

    Only for a question to which “nee” or “hetzelfde” cannot be the answer itself.
    """
    return is_skip(said) or words(simple(said)) == words(folded(label)) or _plainly(said) in _OPEN_LEFT


def only_yes(said: str) -> bool:
    """Whether somebody says yes and nothing else, which at a question for words answers nothing."""
    return _plainly(said) in _YES_ALONE


def _plainly(said: str) -> str:
    return " ".join(words(simple(said)))


_ORDINALS = (
    *("eerste", "tweede", "derde", "vierde", "vijfde"),
    *("zesde", "zevende", "achtste", "negende", "tiende"),
)
_POSITION = re.compile(rf"(?:(?:nr|nummer|optie|keuze) )?([0-9]{{1,4}})|(?:de )?({'|'.join(_ORDINALS)})")
# These alone choose nothing: “de” is in half of all titles.
_SMALL = _phrases("de, het, een, en, of, in, op, van, voor, met, te, bij, aan, om, er")
_YES_NO = frozenset({"ja", "nee"})
# Said around a choice, without changing it.
_AROUND = _phrases("ja, nee, alleen, naar, dat, mag, die, doe, maar, gewoon, liever, kies, neem, ik, wil, dan")
_BEGINNING = 3  # letters that stand for the rest of a word
_ENDING = 4  # letters at the end of a compound that are a word by themselves
_MISTYPED = 5  # letters in a word that may hold a typing error; in a shorter one it makes another word


def one_of(said: str, options: Sequence[str]) -> int:
    """The index in `options` of the one that is meant.

    By its label (capitals, accents and punctuation do not matter), its number from 1, words of it or their
    beginnings in their order, the end of one word, or such words with one typing error. Raises Refusal when
    several fit or none does (without choices: the question that was asked shows them), ValueError when there
    are no options.
    """
    if not options:
        raise ValueError("there must be something to choose from")
    typed, labels = words(simple(said)), [words(folded(option)) for option in options]
    exactly = simple(said)
    same = [i for i, option in enumerate(options) if exactly and folded(option) == exactly]
    same = same or [i for i, label in enumerate(labels) if typed and label == typed]
    found = same or _by_number(typed, len(options), labels)
    if not found:
        telling = _telling(typed)
        found = [i for i, label in enumerate(labels) if telling and (_begins(telling, label) or _ends(telling, label))]
        if not found:  # “nee alleen naar commissie ruimte”; but “nee” is not lost where a label begins with it
            kept = _YES_NO & {label[0] for label in labels if label}
            bare = [word for word in typed if word not in _AROUND or word in kept]
            left = bare if len(_telling(bare)) > 1 else []
            found = [i for i, label in enumerate(labels) if left and _begins(left, label)]
            found = found or [i for i, label in enumerate(labels) if left and _begins(_telling(left), label)]
        found = found or [i for i, label in enumerate(labels) if telling and _begins(telling, label, slips=1)]
        if len(found) > 1 and typed != telling:  # the small words may tell: “met mijn naam”
            found = [i for i in found if _begins(typed, labels[i])] or found
        if len(found) == 1 and typed and typed[0] in _YES_NO:  # “nee, met mijn naam”: the one word or the others
            by_the_rest = [i for i, label in enumerate(labels) if typed[1:] and _begins(typed[1:], label)]
            found = sorted({*found, *(by_the_rest if found[0] not in by_the_rest else ())})
    if len(found) == 1:
        return found[0]
    if found:
        meant = _named(options, found)
        raise Refusal(f"Dat past bij meer keuzes. Bedoelt u {meant}?")
    raise Refusal(f"Dat staat er niet bij. Kies uit: {_named(options, range(len(options)))}.")


def place_of(typed: list[str], options: int) -> int | None:
    """The index that “de tweede”, “nummer 2” or “de laatste” names, of so many options; None for anything else."""
    said = " ".join(typed)
    if said in ("laatste", "de laatste") and options:
        return options - 1
    match = _POSITION.fullmatch(said)
    if not match or said.isdigit():
        return None
    place = int(match[1]) if match[1] else _ORDINALS.index(match[2]) + 1
    return place - 1 if 0 < place <= options else None


def names_one(typed: list[str], labels: Sequence[str]) -> int | None:
    """The index of the only label that is told by these words: it begins with them, but for what kind of thing it is
    (“ruimte” for “Commissie Ruimte, 8 december”). None for anything else.

    A label that is a question is never meant: who types half a question asks one of their own.
    """
    telling = _telling(typed)
    fitting = []
    for at, label in enumerate(labels):
        known = _telling(words(folded(label.partition(", ")[0])))
        begins = telling in (known[: len(telling)], known[1 : len(telling) + 1])
        if telling and begins and not label.rstrip().endswith("?"):
            fitting.append(at)
    return fitting[0] if len(fitting) == 1 else None


def _telling(said: list[str]) -> list[str]:
    return [word for word in said if word not in _SMALL]


def words(plain: str) -> list[str]:
    """The words and figures of a simple text, without its punctuation."""
    return "".join(c if c.isalnum() else " " for c in plain).split()


def _by_number(typed: list[str], options: int, labels: list[list[str]]) -> list[int]:
    """The number in the list, and every label that has this number as a word: then it is not clear."""
    match = _POSITION.fullmatch(" ".join(typed))
    if not match:
        return []
    position = int(match[1]) if match[1] else _ORDINALS.index(match[2]) + 1
    labelled = {i for i, label in enumerate(labels) if typed[-1] in label}
    return sorted(labelled | ({position - 1} if 1 <= position <= options else set()))


def _begins(typed: list[str], label: list[str], slips: int = 0) -> bool:
    """Whether each typed word is, or begins, a word of the label, in the same order."""
    left = iter(label)
    for word in typed:
        for candidate in left:
            if candidate == word or (len(word) >= _BEGINNING and candidate.startswith(word)):
                break
            if slips and one_slip(word, candidate):
                slips -= 1
                break
        else:
            return False
    return True


def _ends(typed: list[str], label: list[str]) -> bool:
    """Whether one word was typed that is the last part of a compound in the label: “raad” in “Gemeenteraad”."""
    return len(typed) == 1 and len(typed[0]) >= _ENDING and any(word.endswith(typed[0]) for word in label)


def one_slip(typed: str, meant: str) -> bool:
    """One letter wrong, missing or too many, or two that changed places; never in a word with figures."""
    if not (typed.isalpha() and meant.isalpha() and len(meant) >= _MISTYPED):
        return False
    shortest = min(len(typed), len(meant))
    same = next((i for i in range(shortest) if typed[i] != meant[i]), shortest)
    a, b = typed[same:], meant[same:]
    return a[1:] == b[1:] or a == b[1:] or a[1:] == b or (a[:2] == b[:2][::-1] and a[2:] == b[2:])


def _named(options: Sequence[str], which: Iterable[int]) -> str:
    shown = [_shown(options[i]) for i in which]
    return either(shown if len(shown) <= _MOST_NAMED else [*shown[:_MOST_NAMED], "een andere uit de lijst"])


def _shown(option: str) -> str:
    line = " ".join(option.split())
    return escape(line if len(line) <= _MOST_SHOWN else line[: _MOST_SHOWN - 1].rstrip() + "…")
