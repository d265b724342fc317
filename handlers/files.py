"""Files that people send: receipts with a training request, an attachment to a notice; and opening them."""

from dataclasses import dataclass, replace
from typing import Any

from domain import dutch, files, personal
from domain.files import Fetched
from domain.forms import choice_of
from domain.markup import escape
from domain.messages import Attachment, Choice, Incoming, Refusal, Reply
from domain.roles import COUNCIL
from handlers import forms, griffie, numbers
from handlers.context import Context
from handlers.forms import Form
from storage import files as stored
from storage import training
from storage.tables import OpenForm, RequestState, TrainingRequest

_ONE_AT_A_TIME = "Eén ding tegelijk, alstublieft. Maak dit eerst af, en stuur uw bestand daarna opnieuw."


@dataclass(frozen=True, slots=True)
class Fetch:
    """What a handler answers when it needs the file: dispatch has it fetched, and comes back with it."""


@dataclass(frozen=True)
class Receipt:
    """To which approved request a file belongs."""

    file: int
    request: str = choice_of("Bij welke aanvraag hoort dit bestand?", "aanvraag")


def came(
    said: Incoming, ctx: Context, form: Form[Any] | None, row: OpenForm | None, got: Fetched | None
) -> Reply | Fetch:
    """Somebody sent a file; `got` is what was fetched of it, once that has been done. Raises Refusal."""
    assert said.attachment
    takes = form.file if form else ""
    if row and not takes:
        raise Refusal(_ONE_AT_A_TIME)
    options = [] if row else _requests(ctx)
    files.check(said.attachment)
    if got is None:
        return Fetch()
    kept = files.taken(_named(said.attachment), got)
    file_id = stored.keep(ctx.session, ctx.member, kept, got.content, said.key, ctx.now)
    if form and row:
        return forms.attach(form, row, file_id, ctx)
    intro = f"Ik heb uw bestand ontvangen: {_described(kept)}."
    return forms.begin(RECEIPT, ctx, given={"file": file_id}, options={"request": options}, intro=intro)


def _named(attachment: Attachment) -> Attachment:
    # A number that must not be stored may be in a name as well.
    return replace(attachment, name="bestand") if personal.found(attachment.name) else attachment


def _requests(ctx: Context) -> list[str]:
    """The approved requests of who sends a file, as they are chosen. Raises Refusal where there is none."""
    if not ctx.member.may(COUNCIL):
        raise Refusal(
            "Hier verwacht ik geen bestand. Wilt u een bestand meesturen met een bericht? Begin dan met /bericht.",
            Choice("Bericht schrijven", "/bericht"),
        )
    found = [_label(row) for row in training.mine(ctx.session, ctx.member) if row.state == RequestState.APPROVED]
    if not found:
        raise Refusal(
            "Ik weet niet waar dit bestand bij hoort: u hebt geen goedgekeurde aanvraag. "
            "Na de goedkeuring kunt u hier uw bon of factuur sturen, als PDF of foto."
        )
    return found[:10]


def _label(row: TrainingRequest) -> str:
    return f"{row.id}: {row.title}"[:60]


def _described(attachment: Attachment) -> str:
    return f"{escape(attachment.name)} ({files.size_text(attachment.size)})"


def belongs(filled: Receipt, said: Incoming, ctx: Context) -> Reply:
    """The person said with which request it goes: the griffie is told, and can open it."""
    number = int(filled.request.partition(":")[0])
    request = training.get(ctx.session, ctx.member, number)
    if request.state != RequestState.APPROVED or request.member_id != ctx.member.id:
        raise Refusal("Bij deze aanvraag kan nu geen bestand.")
    attachment = stored.belongs(ctx.session, ctx.member, filled.file, "training", number)
    told = griffie.tell(
        ctx,
        f"{escape(ctx.member.name)} stuurde een bestand bij aanvraag {number} "
        f"(“{escape(request.title)}”, {dutch.money(request.cost_cents)}): {_described(attachment)}.",
        subject="file",
        subject_id=attachment.file_id,
        choices=(Choice("Bestand bekijken", f"/bestand {attachment.file_id}"),),
    )
    ending = "De griffie krijgt bericht." if told else griffie.absent(ctx)
    return Reply(f"Uw bestand hoort nu bij aanvraag {number}. {ending}")


def open_one(said: Incoming, ctx: Context) -> Reply:
    """/bestand, or with a number: that file itself."""
    if not said.rest:
        found = stored.latest(ctx.session, ctx.member)
        if not found:
            return Reply("Er zijn nog geen bestanden.")
        lines = [f"- {row.id}: {escape(row.name)} ({files.size_text(row.size)}), {_belongs_to(row)}" for row in found]
        choices = tuple(Choice(dutch.shortened(row.name, 30), f"/bestand {row.id}") for row in found)
        return Reply("\n".join(["**De laatste bestanden**", *lines]), choices)
    attachment = stored.get(ctx.session, ctx.member, numbers.read(said, "/bestand"), ctx.now)
    return Reply(f"Bestand {attachment.file_id}: {escape(attachment.name)}", attachment=attachment)


def _belongs_to(row: Any) -> str:
    return f"bij aanvraag {row.subject_id}" if row.subject == "training" else f"bij bericht {row.subject_id}"


RECEIPT = forms.Form("receipt", "uw bestand", Receipt, belongs, who=COUNCIL, confirmed=False)
