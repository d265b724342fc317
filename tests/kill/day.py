"""A scripted day: raadsleden ask for trainings and ask questions, the griffie decides and answers."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.botapi.people import Person
from tests.botapi.records import Message
from tests.kill.human import Astray, Human, Stage

_NEW_REQUEST = re.compile(r"Nieuwe aanvraag voor een training \(nummer (\d+)\)")
_NEW_QUESTION = re.compile(r"^Vraag (\d+) van ")
_DONE = re.compile(r"(?:Aanvraag|Vraag) (\d+) is (goedgekeurd|afgewezen|beantwoord) door")
_GRIFFIE_TIMES = 5  # as patient with the griffie, compared with the bot
_IDLE = 30.0  # seconds without news after which the griffie looks what still waits


@dataclass(frozen=True)
class Request:
    """A training request as it was confirmed: the press was on its way to the bot."""

    chat: int
    cents: int
    year: int | None


@dataclass
class Book:
    """What people did for certain, kept by the script: the bot owes them all of this, once.

    Requests by their title, questions by their code; `decided` and `answered` by the bot's number: who, and
    what they said. `unheard`: confirmed, while the bot never said that it had it. It may have, or it may have told
    them that the button was of the past (when they had asked twice, and the second time it knew).
    """

    requests: dict[str, Request] = field(default_factory=dict)
    questions: dict[str, int] = field(default_factory=dict)
    unheard: set[str] = field(default_factory=set)
    decided: defaultdict[int, set[tuple[int, str]]] = field(default_factory=lambda: defaultdict(set))
    answered: defaultdict[int, set[tuple[int, str]]] = field(default_factory=lambda: defaultdict(set))


class Raadslid(Human):
    """Asks for one training after another, with a question in between, and waits for each outcome."""

    def __init__(self, stage: Stage, book: Book, person: Person) -> None:
        super().__init__(stage, person)
        self.book = book
        self.number = 0

    async def lives(self) -> None:
        """Goes on until the day is over."""
        while not self.stage.closing.is_set():
            try:
                await (self._asks() if self.stage.chance.random() < 0.35 else self._applies())
            except Astray:
                await self.begins_anew()

    def _code(self) -> str:
        self.number += 1
        return f"{self.person.id % 1000:03}x{self.number:04}"

    async def _applies(self) -> None:
        chance, title = self.stage.chance, f"Cursus {self._code()}"
        cents = chance.randrange(100_00, 900_00)
        day = None if chance.random() < 0.2 else datetime.now(UTC).date() + timedelta(days=chance.randrange(1, 300))
        await self.says("/training", "Welke training")
        await self.says(title, "Wie geeft de training")
        asked = await self.says("De Academie", "Wanneer begint de training")
        if day:
            await self.says(f"{day.day}-{day.month}-{day.year}", "Wat kost de training")
        else:
            await self.presses(asked, "Weet ik nog niet", "Wat kost de training")
        await self.says(f"{cents // 100},{cents % 100:02}", "Waarom wilt u deze training")
        summary = await self.says("Om mijn werk goed te doen.", rf"{title}.*Klopt dit\?")
        self.book.requests[title] = Request(self.person.id, cents, day.year if day else datetime.now(UTC).year)
        since = len(self.letters)
        self.book.unheard.add(title)
        await self.presses(summary, "Ja, versturen", rf"Het nummer is|{title}[^\n]*: ", again="/aanvragen")
        self.book.unheard.remove(title)
        decided = rf"“{title}” is|{title}[^\n]*: (?:goedgekeurd|afgewezen)\."
        await self.waits(decided, "/aanvragen", since, times=_GRIFFIE_TIMES)

    async def _asks(self) -> None:
        code = self._code()
        question = f"Waar staat de blorp {code} eigenlijk?"
        # Any other words would withdraw the offer, so whoever hears nothing asks the same once more.
        offered = await self.says(question, "Zal ik uw vraag aan de griffie voorleggen", again=question)
        label = self.stage.chance.choice(["Ja, met mijn naam", "Ja, zonder mijn naam"])
        self.book.questions[code] = self.person.id
        since = len(self.letters)
        self.book.unheard.add(code)
        await self.presses(offered, label, rf"Uw vraag is opgeslagen|{code}[^\n]*(?:ligt|beantwoord)", again="/vragen")
        self.book.unheard.remove(code)
        answered = rf"Antwoord van de griffie[^\n]*{code}|{code}[^\n]*beantwoord"
        await self.waits(answered, "/vragen", since, times=_GRIFFIE_TIMES)


class Griffie(Human):
    """Decides on every request and answers every question that arrives, unless a colleague was first."""

    def __init__(self, stage: Stage, book: Book, person: Person) -> None:
        super().__init__(stage, person)
        self.book = book
        self.read = 0
        self.requests: dict[int, Message | None] = {}
        self.questions: dict[int, Message | None] = {}
        self.settled: set[tuple[str, int]] = set()

    async def lives(self) -> None:
        """Goes on until cancelled."""
        while True:
            self._opens_letters()
            try:
                if self.requests:
                    await self._decides(self.stage.chance.choice(list(self.requests)))
                elif self.questions:
                    await self._answers(self.stage.chance.choice(list(self.questions)))
                elif not await self.hears("", since=self.read, patience=_IDLE):
                    await self._looks()
            except Astray:
                await self.begins_anew()

    def _opens_letters(self) -> None:
        while self.read < len(self.letters):
            letter = self.letters[self.read]
            self.read += 1
            if found := _NEW_REQUEST.search(letter.plain):
                self._notes("Aanvraag", int(found[1]), letter)
            elif found := _NEW_QUESTION.search(letter.plain):
                self._notes("Vraag", int(found[1]), letter)
            elif found := _DONE.search(letter.plain):
                self._strikes(letter.plain.split()[0], int(found[1]))

    def _notes(self, what: str, number: int, letter: Message | None) -> None:
        if (what, number) not in self.settled:
            (self.requests if what == "Aanvraag" else self.questions).setdefault(number, letter)

    def _strikes(self, what: str, number: int) -> None:
        self.settled.add((what, number))
        (self.requests if what == "Aanvraag" else self.questions).pop(number, None)

    async def _looks(self) -> None:
        """A conscientious griffier looks now and then whether something was missed."""
        waiting = await self.says("/aanvragen", "Wacht op een besluit")
        for number in re.findall(r"^. (\d+): .*Cursus", waiting.plain, re.M):
            self.requests[int(number)] = None
        waiting = await self.says("/vragen", "Open vragen|Opgepakt|geen vragen open")
        for number in re.findall(r"^. (\d+) \(", waiting.plain, re.M):
            self.questions[int(number)] = None

    async def _decides(self, number: int) -> None:
        approves = self.stage.chance.random() < 0.7
        label, word = ("Goedkeuren", "/goedkeuren") if approves else ("Afwijzen", "/afwijzen")
        letter = self.requests[number]
        late = r"is al (?:goedgekeurd|afgewezen)|Eén ding tegelijk"
        mark = rf"Aanvraag {number} van|{late}"
        if letter and label in letter.labels and self.stage.chance.random() < 0.7:
            asked = await self.presses(letter, label, mark)
        else:
            asked = await self.says(f"{word} {number}", mark)
        if await self._too_late("Aanvraag", number, asked):
            return
        shown = rf"Aanvraag {number} van.*Klopt dit|{late}"
        if approves:
            summary = await self.presses(asked, "Nee, niets", shown)
        else:
            summary = await self.says(f"Reden {number}: te duur.", shown)
        if await self._too_late("Aanvraag", number, summary):
            return
        self.book.decided[number].add((self.person.id, "approved" if approves else "refused"))
        done = rf"Aanvraag {number} is (?:goedgekeurd|afgewezen)\. |{late}"
        await self.presses(summary, f"Ja, {label.lower()}", done)
        self._strikes("Aanvraag", number)

    async def _answers(self, number: int) -> None:
        letter = self.questions[number]
        late = r"is al beantwoord|is met deze vraag bezig|Eén ding tegelijk"
        mark = rf"Vraag {number}:.*Wat is uw antwoord|{late}"
        if letter and "Beantwoorden" in letter.labels and self.stage.chance.random() < 0.7:
            asked = await self.presses(letter, "Beantwoorden", mark)
        else:
            asked = await self.says(f"/beantwoord {number}", mark)
        if await self._too_late("Vraag", number, asked):
            return
        text = f"Op de plank, zegt {self.person.id}."
        summary = await self.says(text, rf"antwoord op vraag {number} .*Klopt dit|{late}")
        if await self._too_late("Vraag", number, summary):
            return
        self.book.answered[number].add((self.person.id, text))
        await self.presses(summary, "Ja, versturen", rf"Uw antwoord op vraag {number} is|{late}")
        self._strikes("Vraag", number)

    async def _too_late(self, what: str, number: int, letter: Message) -> bool:
        """Whether a colleague was first. Raises Astray when something else is still open."""
        if "Eén ding tegelijk" in letter.plain:
            raise Astray(letter.plain)
        if " met deze vraag bezig" in letter.plain:
            self.questions.pop(number, None)  # should the colleague forget it, the next look finds it again
            return True
        if " is al " in letter.plain:
            self._strikes(what, number)
            return True
        return False
