"""Asking for a training, deciding on it, and seeing how it stands."""

from dataclasses import dataclass
from datetime import date

from domain import answers, dutch
from domain import training as decisions
from domain.forms import question
from domain.markup import escape
from domain.messages import Choice, Incoming, Reply
from domain.roles import COUNCIL, GRIFFIE
from handlers import forms, griffie, numbers
from handlers.context import Context
from storage import members, outbox, training
from storage.tables import RequestState, TrainingRequest

_STATES = {
    RequestState.SUBMITTED: "ligt bij de griffie",
    RequestState.APPROVED: "goedgekeurd",
    RequestState.REFUSED: "afgewezen",
    RequestState.WITHDRAWN: "ingetrokken",
}


@dataclass(frozen=True)
class Asked:
    """What a raadslid says of the training they want. Costs are in cents."""

    title: str = question(
        "Welke training of cursus wilt u volgen?",
        "training",
        lambda said: answers.statement(said.text, most=150, least=3),
        contact=True,
    )
    provider: str = question(
        "Wie geeft de training?",
        "aanbieder",
        lambda said: answers.statement(said.text, most=150, least=2),
        contact=True,
    )
    day: date | None = question(
        "Wanneer begint de training? Bijvoorbeeld: 8 december.",
        "wanneer",
        lambda said: answers.day_only(said.text, at=said.at, zone=said.zone),
        skip="Weet ik nog niet",
    )
    cost: int = question(
        "Wat kost de training? Bijvoorbeeld: 450 of 1.250,50.",
        "kosten",
        lambda said: answers.euros(said.text),
        show=dutch.money,
        numeric=True,
    )
    why: str = question(
        "Waarom wilt u deze training volgen? Een of twee zinnen is genoeg.",
        "waarom",
        lambda said: answers.statement(said.text, most=1000, least=3),
    )


@dataclass(frozen=True)
class Approval:
    """An approval, with a remark if the griffie wants to make one."""

    request: int
    remark: str | None = question(
        "U keurt deze aanvraag goed. Wilt u er iets bij zeggen?",
        "opmerking",
        lambda said: decisions.remark(said.text),
        skip="Nee, niets",
    )


@dataclass(frozen=True)
class Rejection:
    """A refusal, always with the reason."""

    request: int
    reason: str = question(
        "Waarom wijst u deze aanvraag af? Het raadslid krijgt deze reden te lezen.",
        "reden",
        lambda said: decisions.reason(said.text),
    )


def start(said: Incoming, ctx: Context) -> Reply:
    """/training"""
    return forms.begin(ASKED, ctx, intro=_room(ctx, ctx.today.year))


def _room(ctx: Context, year: int) -> str:
    training.allot(ctx.session, ctx.member, year, ctx.now)
    left = training.balance(ctx.session, ctx.member.id, year)
    if left <= 0:
        return f"U kunt altijd een aanvraag doen. Uw eigen opleidingsbudget voor {year} is op, of niet ingesteld."
    return f"U hebt nog {dutch.money(left)} opleidingsbudget voor {year}."


def submitted(asked: Asked, said: Incoming, ctx: Context) -> Reply:
    """The form is confirmed: it is stored, and the griffie hears of it at once."""
    request = training.submit(
        ctx.session,
        ctx.member,
        title=asked.title,
        provider=asked.provider,
        day=asked.day,
        cost_cents=asked.cost,
        why=asked.why,
        cause=said.key,
        now=ctx.now,
    )
    year = training.budget_year(request, ctx.member, ctx.now)
    training.allot(ctx.session, ctx.member, year, ctx.now)
    left = training.balance(ctx.session, ctx.member.id, year)
    text = (
        f"**Nieuwe aanvraag voor een training** (nummer {request.id})\n\n"
        f"**Van:** {escape(ctx.member.name)}\n{_facts(request, ctx)}\n"
        f"**Nog over van het budget van {year}:** {dutch.money(left)}"
    )
    told = griffie.tell(ctx, text, subject="training", subject_id=request.id, choices=_decisions(request))
    ending = "De griffie krijgt bericht. U hoort van mij zodra er een besluit is." if told else griffie.absent(ctx)
    return Reply(
        f"Uw aanvraag is opgeslagen. Het nummer is {request.id}.\n\n{ending}\n\n"
        "Met /aanvragen ziet u hoe het ermee staat."
    )


def _decisions(request: TrainingRequest) -> tuple[Choice, ...]:
    return (
        Choice("Goedkeuren", f"/goedkeuren {request.id}"),
        Choice("Afwijzen", f"/afwijzen {request.id}"),
    )


def _facts(request: TrainingRequest, ctx: Context) -> str:
    when = dutch.day_text(request.day, today=ctx.today) if request.day else "nog niet bekend"
    return (
        f"**Training:** {escape(request.title)}\n**Aanbieder:** {escape(request.provider)}\n"
        f"**Wanneer:** {when}\n**Kosten:** {dutch.money(request.cost_cents)}\n**Waarom:** {escape(request.why)}"
    )


def approve(said: Incoming, ctx: Context) -> Reply:
    """/goedkeuren 12"""
    return _decide(APPROVAL, said, ctx)


def reject(said: Incoming, ctx: Context) -> Reply:
    """/afwijzen 12"""
    return _decide(REJECTION, said, ctx)


def _decide(form: "forms.Form[Approval] | forms.Form[Rejection]", said: Incoming, ctx: Context) -> Reply:
    request = training.decidable(ctx.session, ctx.member, numbers.read(said, "/aanvragen"))
    requester = members.known(ctx.session, ctx.member.municipality.id, request.member_id)
    intro = f"**Aanvraag {request.id} van {escape(requester.name)}**\n{_facts(request, ctx)}"
    return forms.begin(form, ctx, given={"request": request.id}, intro=intro)


def approval_preview(filled: Approval, ctx: Context) -> str:
    """What is approved, and what the requester will read."""
    remark = f"\n**Opmerking:** {escape(filled.remark)}" if filled.remark else ""
    return f"U keurt deze aanvraag **goed**:\n\n{_in_short(filled.request, ctx)}{remark}"


def rejection_preview(filled: Rejection, ctx: Context) -> str:
    """What is refused, and what the requester will read."""
    return f"U wijst deze aanvraag **af**:\n\n{_in_short(filled.request, ctx)}\n**Reden:** {escape(filled.reason)}"


def _in_short(request_id: int, ctx: Context) -> str:
    request = training.decidable(ctx.session, ctx.member, request_id)
    requester = members.known(ctx.session, ctx.member.municipality.id, request.member_id)
    return (
        f"Aanvraag {request.id} van {escape(requester.name)}: "
        f"{escape(request.title)}, {dutch.money(request.cost_cents)}"
    )


def approved(filled: Approval, said: Incoming, ctx: Context) -> Reply:
    """The griffie said yes."""
    return _decided(filled.request, True, filled.remark, ctx)


def rejected(filled: Rejection, said: Incoming, ctx: Context) -> Reply:
    """The griffie said no."""
    return _decided(filled.request, False, filled.reason, ctx)


def _decided(request_id: int, approved: bool, reason: str | None, ctx: Context) -> Reply:
    request = training.decide(ctx.session, ctx.member, request_id, approved=approved, reason=reason, now=ctx.now)
    requester = members.known(ctx.session, ctx.member.municipality.id, request.member_id)
    outcome = "goedgekeurd" if approved else "afgewezen"
    label = "Opmerking" if approved else "Reden"
    explained = f"\n\n**{label} van de griffie:** {escape(reason)}" if reason else ""
    outbox.tell(
        ctx.session,
        requester,
        f"Uw aanvraag voor “{escape(request.title)}” is **{outcome}**.{explained}",
        ctx.now,
        subject="training",
        subject_id=request.id,
    )
    told = f"Aanvraag {request.id} is {outcome} door {escape(ctx.member.name)}."
    griffie.settled(ctx, told, subject="training", subject_id=request.id)
    griffie.tell(ctx, told, subject="training", subject_id=request.id, besides=request.member_id)
    year = training.budget_year(request, ctx.member, ctx.now)
    left = training.balance(ctx.session, request.member_id, year)
    room = f" Van het budget van {year} is nog {dutch.money(left)} over." if approved else ""
    reached = bool(members.linked(ctx.session, [requester]))
    heard = "krijgt bericht" if reached else "is nu niet bereikbaar via Raadsmaat en hoort het graag van u"
    return Reply(f"Aanvraag {request.id} is {outcome}. {escape(requester.name)} {heard}.{room}")


def overview(said: Incoming, ctx: Context) -> Reply:
    """/aanvragen: one's own requests, and for the griffie what waits for a decision."""
    parts: list[str] = []
    choices: list[Choice] = []
    if ctx.member.griffie:
        waiting = training.undecided(ctx.session, ctx.member)
        names = {
            request.member_id: members.known(ctx.session, ctx.member.municipality.id, request.member_id).name
            for request in waiting
        }
        lines = [
            f"- {request.id}: {escape(names[request.member_id])}, {escape(request.title)}, "
            f"{dutch.money(request.cost_cents)}"
            for request in waiting[:20]
        ]
        if len(waiting) > 20:
            lines.append(f"En nog {dutch.plural(len(waiting) - 20, 'aanvraag', 'aanvragen')}.")
        parts.append("\n".join(["**Wacht op een besluit**", *lines] if lines else ["Er wacht niets op een besluit."]))
        choices += [
            choice
            for request in waiting[:3]
            if request.member_id != ctx.member.id
            for choice in (
                Choice(f"“{dutch.shortened(request.title, 25)}” goedkeuren", f"/goedkeuren {request.id}"),
                Choice(f"“{dutch.shortened(request.title, 25)}” afwijzen", f"/afwijzen {request.id}"),
            )
        ]
    if ctx.member.may(COUNCIL):
        own = training.mine(ctx.session, ctx.member)
        parts.append(
            "\n".join(
                ["**Uw aanvragen**", *(f"- {line(one)}" for one in own[:10])]
                if own
                else ["U hebt nog geen aanvragen gedaan."]
            )
        )
        parts.append(_room(ctx, ctx.today.year))
        choices += [
            Choice(f"“{dutch.shortened(request.title, 25)}” intrekken", f"/intrekken {request.id}")
            for request in own[:3]
            if request.state == RequestState.SUBMITTED
        ]
        choices.append(Choice("Training aanvragen", "/training"))
    return Reply("\n\n".join(parts), tuple(choices))


def line(request: TrainingRequest) -> str:
    """A request on a line: what, for how much and how it stands."""
    label = "Opmerking" if request.state == RequestState.APPROVED else "Reden"
    reason = f" {label}: {escape(request.reason)}" if request.reason else ""
    return (
        f"{request.id}: {escape(request.title)}, {dutch.money(request.cost_cents)}: {_STATES[request.state]}.{reason}"
    )


def withdraw(said: Incoming, ctx: Context) -> Reply:
    """/intrekken 12"""
    request = training.withdraw(ctx.session, ctx.member, numbers.read(said, "/aanvragen"), ctx.now)
    text = f"Aanvraag {request.id} is ingetrokken. U hoeft er niets meer mee te doen."
    griffie.settled(ctx, f"Aanvraag {request.id} is ingetrokken.", subject="training", subject_id=request.id)
    griffie.tell(ctx, text, subject="training", subject_id=request.id)
    return Reply(f"Uw aanvraag {request.id} is ingetrokken.")


ASKED = forms.Form("training", "uw aanvraag voor een training", Asked, submitted, who=COUNCIL)
APPROVAL = forms.Form(
    "approval", "uw besluit", Approval, approved, who=GRIFFIE, send="Ja, goedkeuren", preview=approval_preview
)
REJECTION = forms.Form(
    "rejection", "uw besluit", Rejection, rejected, who=GRIFFIE, send="Ja, afwijzen", preview=rejection_preview
)
