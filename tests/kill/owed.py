"""The verdict on a scripted day: what people confirmed, what is stored, and who was told."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from storage.sample import CODE
from tests.kill.count import Verdict, count, look
from tests.kill.day import Book
from tests.kill.human import Human

_BUDGET = "SELECT budget_cents FROM municipality WHERE code = ?"
_WHO = "JOIN member ON member.id = {0}.member_id JOIN chat ON chat.person_id = member.person_id"
_REQUESTS = (
    "SELECT trainingrequest.id, title, cost_cents, state, decided_by, CAST(chat.address AS INTEGER) "
    f"FROM trainingrequest {_WHO.format('trainingrequest')}"
)
_QUESTIONS = (
    "SELECT question.id, question.text, questionmessage.text, question.state, CAST(chat.address AS INTEGER) "
    "FROM question LEFT JOIN questionmessage ON questionmessage.question_id = question.id "
    f"{_WHO.format('question')}"
)
_LEDGER = (
    "SELECT ledger.kind, ledger.request_id, ledger.cents, ledger.year, ledger.member_id, "
    f"CAST(chat.address AS INTEGER) FROM ledger {_WHO.format('ledger')}"
)
_ACTORS = (
    "SELECT action, subject_id, CAST(chat.address AS INTEGER) FROM audit "
    "JOIN member ON member.id = audit.actor_id JOIN chat ON chat.person_id = member.person_id"
)
_TITLE = re.compile(r"Cursus (\d{3}x\d{4})")
_CODE = re.compile(r"blorp (\d{3}x\d{4})")


def owed(book: Book, people: Mapping[int, Human], griffie: Collection[int], database: Path, verdict: Verdict) -> None:
    """Adds to a verdict whether all that the script's book holds was stored once, and told to the right people."""
    numbers = _stored_requests(book, database, verdict)
    _decisions(book, database, verdict)
    _ledger(book, numbers, database, verdict)
    questions = _stored_questions(book, database, verdict)
    _told(book, numbers, questions, people, griffie, verdict)


def _once(what: str, expected: Collection[str], unheard: set[str], found: Counter[str], verdict: Verdict) -> None:
    lost = [name for name in expected if not found[name] and name not in unheard]
    doubled = [name for name, times in found.items() if times > 1]
    invented = [name for name in found if name not in expected]
    verdict.figures |= {
        f"{what} confirmed": len(expected),
        f"{what} of which nothing was heard": len(unheard & set(expected)),
        f"{what} stored": sum(found.values()),
        f"{what} lost": len(lost),
        f"{what} doubled": len(doubled),
    }
    verdict.demand(not lost, f"{what} lost: {lost}")
    verdict.demand(not doubled, f"{what} stored twice: {doubled}")
    verdict.demand(not invented, f"{what} that nobody confirmed: {invented}")


def _stored_requests(book: Book, database: Path, verdict: Verdict) -> dict[int, str]:
    rows = look(database, _REQUESTS)
    _once("requests", book.requests, book.unheard, Counter(title for _, title, *_ in rows), verdict)
    for number, title, cents, state, _, chat in rows:
        known = book.requests.get(title)
        verdict.demand(
            known is not None and (known.chat, known.cents) == (chat, cents),
            f"request {number} is not what was confirmed: {title}, {cents}, {chat}",
        )
        verdict.demand(state in ("approved", "refused"), f"request {number} is still {state}")
    return {number: title for number, title, *_ in rows}


def _decisions(book: Book, database: Path, verdict: Verdict) -> None:
    made: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for action, number, actor in look(database, _ACTORS):
        subject, _, outcome = str(action).partition(".")
        if subject == "training":
            made[number].append((actor, outcome))
    states = dict(look(database, "SELECT id, state FROM trainingrequest"))
    verdict.figures["decisions pressed"] = sum(map(len, book.decided.values()))
    verdict.figures["decisions stored"] = sum(map(len, made.values()))
    for number, state in states.items():
        verdict.demand(len(made[number]) == 1, f"request {number} was decided {len(made[number])} times")
        for actor, outcome in made[number]:
            verdict.demand(
                outcome == state and (actor, outcome) in book.decided[number],
                f"request {number} was {state} by {actor}, who did not say so",
            )


def _ledger(book: Book, numbers: Mapping[int, str], database: Path, verdict: Verdict) -> None:
    budget = count(database, _BUDGET, CODE)
    approved = {number for (number,) in look(database, "SELECT id FROM trainingrequest WHERE state = 'approved'")}
    entries = look(database, _LEDGER)
    committed = Counter(number for kind, number, *_ in entries if kind == "committed")
    verdict.figures["ledger entries"] = len(entries)
    verdict.demand(set(committed) == approved, "the ledger holds other requests than those approved")
    verdict.demand(max(committed.values(), default=1) == 1, "a request was taken from a budget twice")
    allotted = Counter((member, year) for kind, _, _, year, member, _ in entries if kind == "allotted")
    verdict.demand(max(allotted.values(), default=1) == 1, "a budget was given twice")
    sums: Counter[tuple[int, int]] = Counter()
    for kind, number, cents, year, _, chat in entries:
        sums[chat, year] += cents
        if kind == "committed" and (known := book.requests.get(numbers.get(number, ""))):
            right = (known.chat, -known.cents, known.year) == (chat, cents, year)
            verdict.demand(right, f"the entry of request {number} is wrong: {cents} in {year} of {chat}")
    spent: Counter[tuple[int, int | None]] = Counter()
    for number in approved & set(numbers):
        if known := book.requests.get(numbers[number]):
            spent[known.chat, known.year] += known.cents
    for place, total in sums.items():
        verdict.demand(total == budget - spent[place], f"the balance of {place} is {total}")


def _stored_questions(book: Book, database: Path, verdict: Verdict) -> dict[int, str]:
    numbers: dict[int, str] = {}
    rows = look(database, _QUESTIONS)
    for number, text, answer, state, chat in rows:
        found = _CODE.search(text)
        numbers[number] = found[1] if found else text
        verdict.demand(book.questions.get(numbers[number]) == chat, f"question {number} is not of {chat}")
        verdict.demand(state == "answered", f"question {number} is still {state}")
        verdict.demand(
            answer in {said for _, said in book.answered[number]}, f"question {number}: nobody answered {answer!r}"
        )
    _once("questions", book.questions, book.unheard, Counter(numbers.values()), verdict)
    return numbers


def _told(
    book: Book,
    requests: Mapping[int, str],
    questions: Mapping[int, str],
    people: Mapping[int, Human],
    griffie: Collection[int],
    verdict: Verdict,
) -> None:
    missing = 0

    def told(chat: int, marks: Callable[[str], bool], what: str) -> None:
        nonlocal missing
        if not any(marks(letter.sent_as) for letter in people[chat].letters):
            missing += 1
            verdict.wrong.append(f"{chat} was not told: {what}")

    for number, title in requests.items():
        for chat in griffie:
            told(chat, having("Nieuwe aanvraag", title), f"request {number}")
        asker = book.requests[title].chat
        told(asker, having(f"Uw aanvraag voor “{title}” is"), f"decision {number}")
    for number, code in questions.items():
        for chat in griffie:
            told(chat, having("Vraag ", code), f"question {number}")
        asker = book.questions[code]
        told(asker, having("Antwoord van de griffie", code), f"answer {number}")
    verdict.figures["not told"] = missing
    for chat, human in people.items():
        if chat in griffie:
            continue
        for letter in human.letters:
            others = {title for title in _TITLE.findall(letter.plain) if not title.startswith(f"{chat % 1000:03}x")}
            verdict.demand(not others, f"{chat} was told about {others}")


def having(*words: str) -> Callable[[str], bool]:
    """Whether a text has all these words in it."""
    return lambda text: all(word in text for word in words)
