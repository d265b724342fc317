"""Invitations on paper: one page for each person, to hand over or to put into an envelope."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

# A page for each: nobody has to cut, and nobody gets to see the code of somebody else.
_STYLE = """
body { font: 12pt/1.5 "Liberation Sans", Arial, sans-serif; color: #111; background: #fff; margin: 0; }
article { box-sizing: border-box; max-width: 44rem; margin: 1.5rem auto; padding: 1.5rem min(2rem, 5vw);
  border: 1px solid #767676; border-radius: .5rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; }
h2 { font-size: 1.1rem; margin: 1.5rem 0 .25rem; }
p { margin: .5rem 0; }
ol { margin: .25rem 0; padding-left: 1.5rem; }
li { margin: .4rem 0; }
.start { display: flex; flex-wrap: wrap; gap: 1rem 2rem; align-items: center; margin: 1.25rem 0 0; }
.qr { flex: none; }
.ways { flex: 1 1 16rem; min-width: 0; }
.qr svg { display: block; width: 4.2cm; height: 4.2cm; }
.code { font: bold 1.4rem/1.4 "Liberation Mono", Consolas, monospace; white-space: nowrap; }
.link { font-family: "Liberation Mono", Consolas, monospace; font-size: .9rem;
  color: inherit; text-decoration: none; /* a line would hide the _ in the name of the bot */ }
.small { font-size: .95rem; border-top: 1px solid #767676; margin-top: 1.5rem; padding-top: .75rem; }
@page { size: A4; margin: 2cm; }
@media print {
  article { border: 0; margin: 0; padding: 0; max-width: none; break-inside: avoid; break-after: page; }
  article:last-child { break-after: auto; }
}
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """One invitation. Its code exists here and nowhere else: the database keeps only a hash.

    `link` opens the bot on Telegram with the code in it; it is empty without a bot there.
    """

    name: str
    code: str
    link: str


@dataclass(frozen=True, slots=True)
class Place:
    """What is the same in every letter of a municipality.

    `name` is the municipality, `contact` how to reach its griffie, `telegram` the name of the bot there and `matrix`
    its address there (each may be empty), `until` the day on which the codes stop working, in words.
    """

    name: str
    contact: str
    telegram: str
    matrix: str
    until: str


def page(letters: Sequence[Letter], place: Place) -> str:
    """A page of HTML that needs nothing else."""
    cards = "\n".join(_card(letter, place) for letter in letters)
    return (
        f'<!doctype html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Uitnodigingen {escape(place.name)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{cards}\n</body>\n</html>\n"
    )


def _card(letter: Letter, place: Place) -> str:
    square = link = ""
    steps = _steps(letter, place)
    if letter.link:
        square = f'<div class="qr" role="img" aria-label="QR-code met de link">{_square(letter.link)}</div>\n'
        link = f'<p>Uw link:<br><a class="link" href="{escape(letter.link)}">{escape(letter.link)}</a></p>\n'
    once = f"Uw code werkt één keer, tot en met {escape(place.until)}. Geef hem aan niemand anders."
    how = "\n".join(f"<li>{step}</li>" for step in steps)
    questions = f" Vragen? De griffie helpt u graag: {escape(place.contact)}." if place.contact else ""
    return (
        f"<article>\n<h1>{escape(letter.name)}</h1>\n"
        f"<p>Dit is uw uitnodiging voor Raadsmaat, de hulp voor de gemeenteraad van {escape(place.name)}.</p>\n"
        f'<div class="start">\n{square}<div class="ways">\n'
        f'<p>Uw code:<br><span class="code">{escape(letter.code)}</span></p>\n'
        f"{link}</div>\n</div>\n<h2>Zo begint u</h2>\n<ol>\n{how}\n</ol>\n"
        f'<div class="small">\n<p>{once}</p>\n'
        f"<p>Wilt u geen chat-app gebruiken? Dat hoeft niet. U houdt dezelfde rechten.{questions}</p>\n"
        "</div>\n</article>"
    )


def _steps(letter: Letter, place: Place) -> list[str]:
    matrix = f"<strong>{escape(place.matrix)}</strong>"
    if letter.link:
        steps = [
            "Scan het vierkant met de camera van uw telefoon. Of open de link.",
            "Druk in Telegram op <strong>Start</strong>.",
            f"Lukt dat niet? Stuur uw code dan als bericht aan <strong>@{escape(place.telegram)}</strong>.",
        ]
        if place.matrix:
            steps.append(
                "Liever op Matrix, bijvoorbeeld in de app Element? "
                f"Begin daar een privéchat met {matrix} en stuur uw code als bericht."
            )
        return steps
    if place.matrix:
        return [
            "Open Matrix op uw telefoon of computer, bijvoorbeeld in de app Element.",
            f"Begin een privéchat met {matrix}.",
            "Stuur uw code als bericht. Raadsmaat noemt uw naam. Daarna kunt u uw eerste vraag stellen.",
        ]
    return [
        "Open een gesprek met Raadsmaat. De griffie vertelt u waar u Raadsmaat vindt.",
        "Stuur uw code als bericht.",
        "Raadsmaat noemt uw naam. Daarna kunt u uw eerste vraag stellen.",
    ]


def _square(link: str) -> str:
    import segno

    return segno.make(link, error="m", micro=False).svg_inline(border=4, omitsize=True)
