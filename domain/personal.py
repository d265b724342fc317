"""Finding personal data in what somebody typed, by kind. What was found is never kept or repeated.

A number counts only when it is not plainly another one: a false alarm costs the trust of who asked an ordinary
question, so dates, amounts, times, articles of law and the numbers of cases and documents pass.
"""

import re
from collections.abc import Iterator
from enum import StrEnum

from stdnum import iban
from stdnum.nl import bsn

from domain.dutch import listing


class Personal(StrEnum):
    """A kind of personal data. The first two never belong in a conversation; the rest sometimes does."""

    BSN = "bsn"
    IBAN = "iban"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"


NEVER = frozenset({Personal.BSN, Personal.IBAN})
CONTACT = frozenset(Personal) - NEVER

_NAMES = {
    Personal.BSN: "een BSN",
    Personal.IBAN: "een rekeningnummer (IBAN)",
    Personal.PHONE: "een telefoonnummer",
    Personal.EMAIL: "een e-mailadres",
    Personal.ADDRESS: "een adres",
}

# What people and phones put between figures: spaces, points, and every kind of dash.
_GAP = r"[ .\-\u00a0\u2007\u2009\u202f\u2010-\u2015]"
_ALONE = r"(?<![\w@/:#])(?<![\w][.,\-_/:])"

_BSN = re.compile(rf"{_ALONE}[0-9](?:{_GAP}?[0-9]){{7,8}}(?!{_GAP}?[0-9])(?![\w@])(?!,[0-9])")
_BSN_NAMED = re.compile(r"\b(?:bsn|burgerservicenummer|burgerservice|sofi-?nummer|sofi)\b", re.IGNORECASE)
_OTHER_NUMBER = re.compile(
    r"(?:zaak|dossier|document|stuk|kenmerk|referentie|factuur|order|polis|klant|leden|volg|registratie|besluit|kvk|"
    r"rsin|btw|fiscaal|serie|corsa|djuma|ibabs|notubiz|verseon|id|nr|isbn|code|€|eur|euro)[\w.]*\W{0,3}$",
    re.IGNORECASE,
)
_AMOUNT_AFTER = re.compile(r"\s?(?:€|euro|eur\b|miljoen|miljard|inwoners|mensen|huishoudens|m2|m²)", re.IGNORECASE)
_DAY_MONTH, _MONTH_DAY = (
    r"(?:0?[1-9]|[12][0-9]|3[01])([-. ])(?:0?[1-9]|1[0-2])\1",
    r"([-. ])(?:0?[1-9]|1[0-2])\2(?:0?[1-9]|[12][0-9]|3[01])",
)
_DATE = re.compile(rf"(?<![0-9])(?:{_DAY_MONTH}(?:19|20)[0-9]{{2}}|(?:19|20)[0-9]{{2}}{_MONTH_DAY})(?![0-9])")

_IBAN = re.compile(rf"(?<![A-Za-z0-9])[A-Za-z]{{2}}{_GAP}?[0-9]{{2}}(?:{_GAP}{{0,2}}[A-Za-z0-9]){{11,30}}")
_SHORTEST_IBAN, _LONGEST_IBAN = 15, 34

_PHONE = re.compile(
    rf"{_ALONE}(?:(?:\+|00)31{_GAP}?(?:\(0\){_GAP}?|0)?|\(?0)"
    rf"(?:6{_GAP}{{0,3}}[1-58]|[1-57][0-9]|8[58])\)?(?:{_GAP}{{0,3}}[0-9]){{7}}(?!{_GAP}?[0-9])(?![\w@])"
)
_EMAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")

# A street by its last part. The first are clear in any writing; the others are words as well, so they count with
# a capital only.
_CLEAR = "straat|laan|gracht|singel|plantsoen|steeg|dreef|boulevard"
_CAPITAL = f"{_CLEAR}|weg|plein|kade|dijk|hof|pad|wal|markt|kamp|veld|erf|oord|haven|meent|ring|baan|hoek"
_STREET = (
    rf"(?:[A-ZÀ-Þ][\w'’.-]{{1,30}}(?:[ -][A-Za-z][\w'’.-]{{0,30}}){{0,3}}?[ -]?(?:{_CAPITAL})"
    rf"|\b[a-z][\w-]{{2,30}}(?:{_CLEAR})"
    rf"|\b[A-Z][a-z]+ (?:[Ss]traat|[Ll]aan|[Ww]eg|[Pp]lein|[Ss]ingel|[Gg]racht))"
)
_HOUSE = r"[1-9][0-9]{0,4}(?: ?-?[a-zA-Z](?![\w])|-[0-9]{1,3}| ?(?:hs|bis|[IVX]{1,3})(?![\w]))?"
_POSTCODE = (
    r"[1-9][0-9]{3} ?(?!SA|SD|SS|NR|EN|OM|OF|IN|OP|TE|DE|AD|UU)[A-Z]{2}"
    r"|[1-9][0-9]{3}(?!sa|sd|ss|st|nd|rd|th|de|er|en)[a-z]{2}"
)
# After a house there is nothing, a pause or a place; in “Kerkstraat 12 bomen” the figure counts something.
_AFTER_HOUSE = rf"(?=\s*(?:$|[,.;:!?)\]\n]|te\b|in [A-Z]|(?:{_POSTCODE})\b))"
_ADDRESSES = (
    re.compile(rf"(?<![\w]){_STREET} (?:nr\.? ?|nummer )?{_HOUSE}{_AFTER_HOUSE}"),
    re.compile(rf"(?<![\w.,/-])(?:{_POSTCODE}),? ?(?:nr\.? ?|nummer |huisnummer )?{_HOUSE}(?![\w.,]?[\w])"),
    re.compile(rf"{_HOUSE},? (?:{_POSTCODE})(?![\w])"),
)
# What a council decides on has an address as well, and so has the town hall.
_PUBLIC_PLACE = re.compile(
    r"(?:bestemmingsplan|omgevingsplan|omgevingsvergunning|vergunning|project|plan|herinrichting|locatie|perceel|pand|"
    r"nieuwbouw|bouwplan|ontwikkeling|gemeentehuis|stadhuis|raadhuis|raadzaal|stadskantoor|school|sporthal)"
    r"(?: (?:aan|op|van|in|bij|voor))?(?: (?:de|het))?\W{0,2}$|^(?:raadhuis|stadhuis|gemeentehuis|omweg|snelweg)",
    re.IGNORECASE,
)


def found(text: str) -> frozenset[Personal]:
    """The kinds of personal data in a text."""
    return frozenset(kind for kind, _, _ in places(text))


def places(text: str) -> Iterator[tuple[Personal, int, int]]:
    """Every piece of personal data: its kind, and where it begins and ends. Pieces may overlap."""
    if "@" in text:
        yield from ((Personal.EMAIL, match.start(), match.end()) for match in _EMAIL.finditer(text))
    if not any(character.isdigit() for character in text):
        return
    for match in _BSN.finditer(text):
        if _is_bsn(match, text):
            yield Personal.BSN, match.start(), match.end()
    accounts = list(_ibans(text))
    yield from ((Personal.IBAN, start, end) for start, end in accounts)
    for match in _PHONE.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in accounts):
            yield Personal.PHONE, match.start(), match.end()
    for form in _ADDRESSES:
        for match in form.finditer(text):
            if not _PUBLIC_PLACE.search(text[: match.start()][-60:]) and not _PUBLIC_PLACE.match(match[0]):
                yield Personal.ADDRESS, match.start(), match.end()


def blanked(text: str) -> str:
    """The text with every piece of personal data replaced by an ellipsis."""
    pieces: list[str] = []
    reached = 0
    for start, end in sorted((start, end) for _, start, end in places(text)):
        if end > reached:
            pieces += [text[reached : max(start, reached)], "…" if start >= reached else ""]
            reached = end
    return "".join([*pieces, text[reached:]])


def names(kinds: frozenset[Personal]) -> str:
    """“een BSN en een e-mailadres”."""
    return listing([_NAMES[kind] for kind in Personal if kind in kinds])


def _is_bsn(match: re.Match[str], text: str) -> bool:
    digits = "".join(character for character in match[0] if character.isdigit())
    before, after = text[: match.start()][-40:], text[match.end() :][:20]
    named = _BSN_NAMED.search(before) is not None
    # Eight figures are a BSN whose nought was left out, but as often something else: only when it is called one.
    if not (named or len(digits) == 9) or not bsn.is_valid(digits):
        return False
    gaps = {character for character in match[0] if not character.isdigit()}
    if named:
        return True
    another = _OTHER_NUMBER.search(before) or _AMOUNT_AFTER.match(after) or _DATE.search(match[0])
    return len(gaps) <= 1 and not another


def _ibans(text: str) -> Iterator[tuple[int, int]]:
    for match in _IBAN.finditer(text):
        # Words behind the number look like more of it: the length that the country uses decides.
        ends = [match.start() + place for place, letter in enumerate(match[0], 1) if letter.isalnum()]
        for end in ends[_SHORTEST_IBAN - 1 : _LONGEST_IBAN]:
            if not text[end : end + 1].isalnum() and iban.is_valid(
                re.sub(_GAP, "", text[match.start() : end]), check_country=False
            ):
                yield match.start(), end
                break
