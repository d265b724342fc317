"""A question that goes on about the subject of the one before: “en hoeveel is dat?”."""

import re

import numpy as np

from search.articles import Article
from search.bm25 import Grams, Postings, Scores, asked_words, grams
from search.scope import bare
from search.words import stem, stop_words, words

_MOST_WORDS = 10
_MOST_OWN = 2  # words that name something themselves; with more than this it is a new question
_FITTING = 0.5  # how well a part of an article must fit a question to be what it is after
_LEAST_OF_HEADING = 4  # words of a question that are no chance
_BEGINS = re.compile(r"^(en|maar|ok|oke|ja maar|dus|of)\b")
_LEADS = re.compile(r"^(?:(?:en|maar|ok|oke|oké|dus)\b[\s,]*)+(?=\w)", re.IGNORECASE)
_POINTS = re.compile(
    # “het” points at something only where no word that it could belong to comes after it.
    r"\b(dat|die|dit|deze|hij|hem|daar\w*|hier\w*|ervoor|ervan|erover|erbij|zoiets|diezelfde|hetzelfde|dan|ook)\b|"
    r"\bhet(?= (dan|ook|ik|u|wij|we|mij|me|wel|niet|kost\w*|aan|af|op|in|uit)\b|$)"
)
_GENERAL = re.compile(
    r"^(waarom|wanneer|hoeveel|hoe lang|hoelang|hoe vaak|waar|hoe dan|wie( beslist)?|wat kost|hoezo|bron|welke wet|"
    r"voor wie|vanaf wanneer|tot wanneer|welk artikel)\b[^a-z]*(\w+[^a-z]*){0,3}$"
)
_CORRECTS = re.compile(
    r"^\s*(?:(?:o+h?|ah|nou|sorry|pardon|nee+n?)\b[\s,.!:]*)*"
    r"(?:(?:maar )?ik bedoel(?:de)?(?: eigenlijk| eerder| meer| dus)?|niet (?:dat|die|dit|(?:een|de|het) \w+),? maar)"
    r"[\s,:]+(?=\w)",
    re.IGNORECASE,
)
_HOLDS = re.compile(r"^((en|maar|ok|oke) )?(geldt|mag|kan|moet|telt|krijg\w*|werkt) (dat|dit|het|die) ook\b")
# What a short question is after, and the words by which the part of an article that says it is known.
_AFTER = (
    (
        # “hoeveel” is about money, unless something else is counted.
        r"hoeveel(?! (uur|uren|tijd|dag\w*|we?ek\w*|maand\w*|ja?ar\w*|keer|mensen|le?den|raadsleden)\b)|hoe hoog|kost|"
        r"bedrag|euro|geld|betaal|prijs",
        "hoeveel kost bedrag bedragen euro",
    ),
    (r"wanneer|hoe lang|hoelang|termijn|hoe snel|datum|deadline", "wanneer lang snel termijn weken duurt vooraf"),
    (r"\b(uur|uren)\b", "uur uren"),
    (r"wie beslist|wie bepaalt|wie gaat|besluit", "wie beslist bepaalt besluit"),
    (r"hoe (vraag|regel|doe|moet|werkt)|aanvra|indien|formulier|declar", "hoe vraag aan dien in declareer"),
    (r"commissielid|commissieleden|burgerlid|burgerraadslid|steunfractie|geldt dat ook|voor mij", "commissieleden"),
    (r"weiger|geweigerd|nee zeg\w*|niet mag|afgewezen|afwijz", "weigert geweigerd niet"),
)


def goes_on(question: str) -> bool:
    """Whether a question leans on what was talked about before, by its wording."""
    text = bare(question)
    said = words(text)
    if not said or len(said) > _MOST_WORDS:
        return False
    own = [word for word in said if word not in stop_words() and not word.isdigit()]
    if _BEGINS.search(text):
        return len(own) <= _MOST_OWN + 1
    return len(own) <= _MOST_OWN and bool(_POINTS.search(text) or _GENERAL.search(text))


def meant(question: str) -> str:
    """What is asked in the end: “nee, ik bedoel een amendement” is “een amendement”."""
    return _CORRECTS.sub("", question, count=1)


def named_by(question: str) -> str:
    """What a question that goes on names: “en mijn treinkaartje” is “mijn treinkaartje”."""
    return _LEADS.sub("", question, count=1)


def about_a_rule(question: str) -> bool:
    """Whether a question asks for whom what was told holds: whatever it names, nobody is in danger."""
    return bool(_HOLDS.match(bare(question)))


def general(question: str) -> bool:
    """Whether a question only asks how much, how long or when, which can be asked about anything."""
    return bool(_GENERAL.match(bare(question)))


def names_nothing(question: str) -> bool:
    """Whether nothing in a question names a subject: “hoeveel krijg ik daarvoor?”."""
    return all(word in stop_words() or word.isdigit() or _POINTS.fullmatch(word) for word in words(question))


def points_back(question: str) -> bool:
    """Whether a question says itself that it goes on: “en voor een laptop?”, “wie beslist daarover?”."""
    text = bare(question)
    return bool(_BEGINS.search(text) or _POINTS.search(text))


def speaks_of(question: str, article: Article) -> bool:
    """Whether an article has any of the words of a question that name something, if there are such words."""
    text = bare(question)
    begin = _GENERAL.match(text)
    own = {stem(word) for word in words(text[begin.end(1) :] if begin else text) if word not in stop_words()}
    if not own:
        return True  # “wie beslist?”
    about = article.about
    texts = (about.titel, about.kort, *about.zoekwoorden, *(f"{one.heading} {one.text}" for one in article.sections))
    return any(not own.isdisjoint(map(stem, words(text))) for text in texts)


def headed(question: str, article: Article) -> int | None:
    """The number (from 1) of the part whose heading says the question, or nearly all of it, word by word."""
    said = _BEGINS.sub("", bare(question)).strip(" ?!.,")
    if len(said.split()) < _LEAST_OF_HEADING:
        return None
    heads = [bare(one.heading).strip(" ?") for one in article.sections]
    return next((number for number, head in enumerate(heads, 1) if said in head or head in said), None)


def named(question: str, article: Article) -> int | None:
    """The number (from 1) of the part whose heading has every word of a question that names something: after a
    laptop “en als ik stop?” is “Wat als ik stop met het raadswerk?”, and no new subject."""
    own = {stem(word) for word in words(question) if word not in stop_words()}
    heads = [{stem(word) for word in words(one.heading)} for one in article.sections]
    return next((number for number, head in enumerate(heads, 1) if own and own <= head), None)


def section(question: str, article: Article, least: float = _FITTING) -> int | None:
    """The number (from 1) of the part of an article that a follow-up is about; None: the article as a whole.

    `least` is how well the part must fit.
    """
    if not article.sections:
        return None
    found = _fits(question, article)
    best = int(found.argmax())
    return best + 1 if float(found[best]) >= least else None


def likely(question: str, article: Article) -> list[int]:
    """The numbers (from 1) of the parts of an article, those first that somebody with this question wants to read
    next. Without a question it is the order of the article."""
    if not article.sections:
        return []
    found = _fits(question, article)
    found[found < _FITTING] = 0  # some letters in common are no reason to turn the order of the article round
    return [int(place) + 1 for place in np.argsort(-found, kind="stable")]


def _fits(question: str, article: Article) -> Scores:
    texts = [f"{one.heading} {one.heading} {one.text}" for one in article.sections]
    text = bare(question)
    found = Postings(_counted(one) for one in texts).scores(asked_words(text)) + Grams(texts).scores(grams(text))
    for pattern, words_of in _AFTER:
        if re.search(pattern, text):
            found = found + 1.5 * _headed(article, words_of)
    return found


def _counted(text: str) -> dict[str, float]:
    return {term: float(weight) for term, weight in asked_words(text).items()}


def _headed(article: Article, wanted: str) -> Scores:
    said = set(wanted.split())
    sums = "euro" in said
    marks = [
        float(bool(said & set(words(one.heading)))) + 0.3 * float(sums and "€" in one.text) for one in article.sections
    ]
    return np.array(marks, dtype=np.float32)
