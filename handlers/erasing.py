"""The griffie has somebody who left erased."""

from dataclasses import dataclass

from domain import answers, dutch
from domain.markup import escape
from domain.messages import Choice, Incoming, Refusal, Reply
from domain.roles import GRIFFIE
from domain.typed import figures
from handlers import forms
from handlers.context import Context
from storage import dossier, erasure, members
from storage.members import Known
from storage.tables import Member

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
    """What goes and what stays."""
    member = ctx.session.get_one(Member, filled.member)
    kept = dossier.of(ctx.session, member)
    goes = [
        "naam, e-mailadres, functies en chats",
        *(_many(len(kept.questions), "vraag", "vragen", ", met het antwoord")),
        *(_many(len(kept.requests), "aanvraag", "aanvragen", ": de tekst, niet het bedrag")),
        *(_many(len(kept.files), "bestand", "bestanden", "")),
    ]
    return "\n".join(
        [
            f"U wist wat Raadsmaat bewaart van **{escape(member.name)}**:",
            "",
            *(f"- {line}" for line in goes),
            "",
            "Wat iemand voor de griffie schreef (een bericht, een antwoord, een artikel) blijft, zonder naam. Wat in "
            "een chat op Telegram of Matrix staat, kan Raadsmaat niet wissen.",
            "",
            "**Dit kunt u niet terugdraaien.**",
        ]
    )


def _many(number: int, one: str, many: str, more: str) -> list[str]:
    return [dutch.plural(number, one, many) + more] if number else []


def erased(filled: Erased, said: Incoming, ctx: Context) -> Reply:
    """The griffie confirmed."""
    name = members.known(ctx.session, ctx.member.municipality.id, filled.member).name
    erasure.erase(ctx.session, ctx.member, filled.member, ctx.now)
    return Reply(f"De gegevens van {escape(name)} zijn gewist.")


ERASED = forms.Form("erased", "het wissen", Erased, erased, who=GRIFFIE, preview=preview, send="Ja, wissen")
