"""The griffie has somebody who left erased."""

from dataclasses import dataclass

from domain import answers
from domain.markup import escape
from domain.messages import Choice, Incoming, Refusal, Reply
from domain.roles import GRIFFIE
from domain.typed import figures
from handlers import forms
from handlers.context import Context
from storage import erasure, members
from storage.members import Known

_SHOWN = 8


@dataclass(frozen=True)
class Erased:
    """Who is to be erased."""

    member: int


def erase(said: Incoming, ctx: Context) -> Reply:
    """/wissen Karel de Vos; without a name it shows who left."""
    left = erasure.left(ctx.session, ctx.member.municipality.id, ctx.today)
    if not left:
        return Reply("Iedereen die Raadsmaat kent, heeft nog een functie. Er is niemand te wissen.")
    if not said.rest:
        return _choose("Van wie wilt u de gegevens wissen? Deze mensen hebben geen functie meer.", left)
    member_id = figures(said.rest)
    found = [left[at] for at in answers.named(said.rest, [one.name for one in left])]
    if member_id is not None:
        found = [one for one in left if one.id == member_id]
    if not found:
        raise Refusal(
            "Ik ken niemand met die naam die geen functie meer heeft. Heeft iemand nog een functie? Geef die dan eerst "
            "een einddatum in de ledenlijst, en lees de lijst in.",
            Choice("Wie kan ik wissen?", "/wissen"),
        )
    if len(found) > 1:
        return _choose("Wie bedoelt u?", found)
    return forms.begin(ERASED, ctx, given={"member": found[0].id})


def _choose(asked: str, people: list[Known]) -> Reply:
    more = " Staat de naam er niet bij? Typ dan /wissen en de naam." if len(people) > _SHOWN else ""
    return Reply(asked + more, tuple(Choice(one.name, f"/wissen {one.id}") for one in people[:_SHOWN]))


def preview(filled: Erased, ctx: Context) -> str:
    """What goes and what stays. Not how much of it: that would tell who asked without a name."""
    name = members.known(ctx.session, ctx.member.municipality.id, filled.member).name
    return (
        f"U wist wat Raadsmaat bewaart van **{escape(name)}**:\n\n"
        "- naam, e-mailadres, functies en chats\n"
        "- vragen, met het antwoord\n"
        "- de tekst van aanvragen, niet het bedrag\n"
        "- bestanden\n\n"
        "Wat iemand voor de griffie schreef (een bericht, een antwoord, een artikel) blijft, zonder naam. Wat in "
        "een chat op Telegram of Matrix staat, kan Raadsmaat niet wissen.\n\n"
        "**Dit kunt u niet terugdraaien.**"
    )


def erased(filled: Erased, said: Incoming, ctx: Context) -> Reply:
    """The griffie confirmed."""
    name = members.known(ctx.session, ctx.member.municipality.id, filled.member).name
    erasure.erase(ctx.session, ctx.member, filled.member, ctx.now)
    return Reply(f"De gegevens van {escape(name)} zijn gewist.")


ERASED = forms.Form("erased", "het wissen", Erased, erased, who=GRIFFIE, preview=preview, send="Ja, wissen")
