"""What the griffie does for somebody of the council who does not use Raadsmaat, or not now.

Each is the very thing that the person would do, with their name on it; who did it is in the audit, and they are told.
"""

from dataclasses import dataclass, replace

from domain import answers, dutch
from domain.forms import question
from domain.markup import escape
from domain.messages import Choice, Incoming, Refusal, Reply
from domain.reminders import LEADS
from domain.roles import COUNCIL, GRIFFIE, Member
from domain.typed import figures
from handlers import always, forms, questions, training
from handlers.context import Context
from storage import audit, members, outbox, people
from storage import training as requests
from storage.tables import RequestState


@dataclass(frozen=True, kw_only=True)
class TrainingFor(training.Asked):
    """A training request, with whose it is."""

    member: int


@dataclass(frozen=True)
class QuestionFor:
    """A question that somebody asked the griffie in another way, and that is to be answered here."""

    member: int
    text: str = question(
        "Wat is de vraag? De naam staat erbij.",
        "vraag",
        lambda said: answers.text(said.text, most=questions.LONGEST, least=3),
    )


@dataclass(frozen=True)
class Whom:
    """For whom something is to be done."""

    name: str = question(
        "Namens wie? Typ de naam van een raadslid of commissielid.",
        "naam",
        lambda said: answers.text(said.text, most=150),
    )


def choose(said: Incoming, ctx: Context) -> Reply:
    """/namens Anna Bakker; with a number and a word behind it what is to be done, and without anything it asks whom."""
    if not said.rest:
        return forms.begin(WHOM, ctx)
    number, _, what = said.rest.partition(" ")
    member_id = figures(number)
    if member_id is None:
        return _offered(_named(said.rest, ctx), ctx)
    person = _acting(member_id, ctx)
    verb, _, rest = what.partition(" ")
    if verb == "training":
        intro = f"U vraagt een training aan namens **{escape(person.name)}**."
        return forms.begin(TRAINING, ctx, given={"member": person.id}, intro=intro)
    if verb == "vraag":
        return forms.begin(QUESTION, ctx, given={"member": person.id})
    if verb == "herinner":
        return _reminders(person, rest, said, ctx)
    if verb == "intrekken":
        return _withdrawn(person, rest, said, ctx)
    return _offered(person, ctx)


def chosen(filled: Whom, said: Incoming, ctx: Context) -> Reply:
    """The griffie typed a name; one that is not known is asked again."""
    return forms.or_again(WHOM, ctx, lambda: _offered(_named(filled.name, ctx), ctx))


def _named(who: str, ctx: Context) -> Member:
    council = members.holding(ctx.session, ctx.member.municipality.id, COUNCIL, ctx.today)
    others = [person for person in council if person.id != ctx.member.id]
    found = answers.named(who, [person.name for person in others])
    if len(found) == 1:
        return _acting(others[found[0]].id, ctx)
    if not found:
        raise Refusal("Ik ken geen raadslid of commissielid met die naam. Met /leden ziet u wie u niet bereikt.")
    raise Refusal("Wie bedoelt u?", *(Choice(others[at].name, f"/namens {others[at].id}") for at in found[:8]))


def _acting(member_id: int, ctx: Context) -> Member:
    """Somebody of the council of this municipality, to act for. Raises Refusal when there is no such."""
    person = people.holder(ctx.session, ctx.member.municipality, member_id, ctx.now)
    if person is None or not person.may(COUNCIL) or person.id == ctx.member.id:
        raise Refusal("Die persoon zit nu niet in de raad of een commissie. Begin opnieuw met /namens en de naam.")
    return person


def _offered(person: Member, ctx: Context) -> Reply:
    says = f"/namens {person.id}"
    open_requests = [row for row in requests.mine(ctx.session, person) if row.state == RequestState.SUBMITTED]
    return Reply(
        f"Wat wilt u doen namens **{escape(person.name)}**? Het gebeurt op die naam, en {escape(person.name)} "
        "krijgt er bericht van.",
        (
            Choice("Training aanvragen", f"{says} training"),
            Choice("Vraag vastleggen", f"{says} vraag"),
            Choice("Herinneringen kiezen", f"{says} herinner"),
            *(
                Choice(f"“{dutch.shortened(row.title, 25)}” intrekken", f"{says} intrekken {row.id}")
                for row in open_requests[:3]
            ),
        ),
    )


def asked_training(filled: TrainingFor, said: Incoming, ctx: Context) -> Reply:
    """The griffie confirmed a request for somebody."""
    person = _acting(filled.member, ctx)
    training.submitted(filled, said, replace(ctx, member=person))
    what = (
        f"een training aangevraagd: {escape(filled.title)}, {dutch.money(filled.cost)}. "
        "Met /aanvragen ziet u hoe het ermee staat"
    )
    return Reply(f"De aanvraag is opgeslagen. {_done(person, 'training', what, ctx)}")


def asked_question(filled: QuestionFor, said: Incoming, ctx: Context) -> Reply:
    """The griffie confirmed a question of somebody."""
    person = _acting(filled.member, ctx)
    with_name = questions.Asked(notice=None, text=filled.text, how="Ja, met mijn naam", named="Ja, met mijn naam")
    questions.asked(with_name, said, replace(ctx, member=person))
    what = f"deze vraag vastgelegd: {escape(filled.text)}\n\nU krijgt het antwoord hier"
    return Reply(f"De vraag is opgeslagen. {_done(person, 'question', what, ctx)}")


def _reminders(person: Member, rest: str, said: Incoming, ctx: Context) -> Reply:
    acting = replace(ctx, member=person)
    told = ""
    if rest:
        always.remind(replace(said, text=f"/herinner {rest}"), acting)
    chosen = members.leads(ctx.session, person.person_id, person.municipality.leads)
    words = dutch.listing([f"{dutch.lead_words(lead)} ervoor" for lead in sorted(chosen, reverse=True)]) or "geen"
    if rest:
        told = "\n\n" + _done(person, "reminders", f"uw herinneringen aangepast. U krijgt nu: {words}", ctx)
    choices = (
        Choice(
            f"{'Niet meer' if lead in chosen else 'Ook'} {dutch.lead_words(lead)} ervoor",
            f"/namens {person.id} herinner {'uit' if lead in chosen else 'aan'} {lead}",
        )
        for lead in LEADS
    )
    return Reply(f"Herinneringen van {escape(person.name)}: {words}.{told}", tuple(choices))


def _withdrawn(person: Member, rest: str, said: Incoming, ctx: Context) -> Reply:
    training.withdraw(replace(said, text=f"/intrekken {rest}"), replace(ctx, member=person))
    return Reply(f"De aanvraag is ingetrokken. {_done(person, 'withdrawal', f'uw aanvraag {rest} ingetrokken', ctx)}")


def _done(person: Member, action: str, what: str, ctx: Context) -> str:
    """Writes down who did it, tells the person, and says whether that reaches them."""
    audit.record(ctx.session, ctx.member, f"behalf.{action}", "member", person.id, ctx.now)
    outbox.tell(ctx.session, person, f"De griffie heeft namens u {what}.", ctx.now, subject="behalf")
    known = members.known(ctx.session, person.municipality.id, person.id)
    if members.linked(ctx.session, [known]):
        return f"{escape(person.name)} krijgt bericht."
    return f"{escape(person.name)} is niet bereikbaar via Raadsmaat: vertel het zelf."


WHOM = forms.Form("behalf", "iets namens een ander", Whom, chosen, who=GRIFFIE, confirmed=False)
TRAINING = forms.Form("training-for", "de aanvraag", TrainingFor, asked_training, who=GRIFFIE)
QUESTION = forms.Form("question-for", "de vraag", QuestionFor, asked_question, who=GRIFFIE)
