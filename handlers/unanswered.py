"""What people ask that the knowledge base has no answer to: counted without a name, shown from five people on."""

from domain import dutch
from domain.markup import escape
from domain.messages import Choice, Incoming, Refusal, Reply
from domain.typed import kept as tidy
from handlers.context import Context
from handlers.nameless import cleaned
from search.grouping import groups, typical
from storage import unanswered
from storage.usefulness import FEW

_MOST = 15  # groups in one message
COUNT = "Wel meetellen, zonder mijn naam"


def counted(text: str, ctx: Context) -> bool:
    """Counts a question that somebody lets go to the griffie, or lets count only; whether it does."""
    return unanswered.keep(ctx.session, ctx.member, _plain(text, ctx), ctx.now)


def taken_back(text: str, ctx: Context) -> None:
    """A question that its asker took back does not count any more."""
    unanswered.take_back(ctx.session, ctx.member, _plain(text, ctx), ctx.now)


def _plain(text: str, ctx: Context) -> str:
    return " ".join(cleaned(text, ctx).split())


def offer(text: str) -> tuple[Choice, ...]:
    """What somebody may choose who keeps a question from the griffie."""
    return (Choice(COUNT, f"/meetellen {tidy(text)}"),) if len(text) <= unanswered.LONGEST else ()


def count(said: Incoming, ctx: Context) -> Reply:
    """/meetellen with a question behind it: it goes to nobody, and counts."""
    if not said.rest:
        raise Refusal("Stel eerst uw vraag. Weet ik het antwoord niet, dan kunt u haar laten meetellen.")
    if not counted(said.rest, ctx):
        raise Refusal("Deze vraag telt niet mee: zij is te lang, of u liet er al veel meetellen.")
    return Reply(
        f"Uw vraag telt mee, zonder uw naam. De griffie ziet haar pas als {FEW} mensen ongeveer hetzelfde vragen. "
        "Na een half jaar is zij weg."
    )


def overview(said: Incoming, ctx: Context) -> Reply:
    """/onbeantwoord: what five people or more asked."""
    rows = unanswered.kept(ctx.session, ctx.member.municipality.id)
    if any(row.meaning for row in rows):  # those of the last hour have not been read yet
        rows = [row for row in rows if row.meaning]
    alike, least = ctx.library.alike([row.text for row in rows], [row.meaning for row in rows])
    found = []
    for group in groups(alike, least):
        people = unanswered.people([rows[place] for place in group])
        if people >= FEW:
            found.append((people, rows[typical(alike, group)].text))
    if not found:
        return Reply(
            f"Er is nog geen vraag die {FEW} mensen of meer stelden en waar Raadsmaat geen antwoord op had. Vragen van "
            "minder mensen ziet u hier niet: dan is te raden van wie ze zijn."
        )
    lines = [
        f"- {dutch.plural(people, 'persoon', 'mensen')}: zoals “{escape(text)}”"
        for people, text in sorted(found, reverse=True)[:_MOST]
    ]
    return Reply(
        "\n".join(
            [
                "**Hier had Raadsmaat geen antwoord op**",
                *lines,
                f"\nU ziet nooit van wie een vraag is, en alleen wat {FEW} mensen of meer vroegen. Schrijf er een "
                "artikel over, dan vindt iedereen het antwoord.",
            ]
        ),
        (Choice("Artikel schrijven", "/artikel"),),
    )
