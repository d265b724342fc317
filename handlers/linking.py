"""The chats of one person: linking another one, choosing where messages go, and unlinking."""

from domain import dutch, platforms
from domain.markup import escape
from domain.messages import Choice, Incoming, Reply
from domain.typed import figures
from handlers.context import Context
from storage import chats, invitations, reach
from storage.tables import Chat, Member


def link(said: Incoming, ctx: Context) -> Reply:
    """/koppel: a code of a few minutes, and what to do with it."""
    row = ctx.session.get_one(Member, ctx.member.id)
    code = invitations.invite(ctx.session, row, ctx.now, invitations.OWN_VALID_FOR)
    others = [
        f"- Op {platforms.called(one.name)}: {escape(platforms.how(one.name, one.handle, code))}."
        for one in reach.usable(ctx.session, ctx.member.municipality.id)
        if one.name != said.chat.platform
    ]
    return Reply(
        "\n".join(
            [
                "Zo koppelt u een tweede chat aan uw naam. Dit is uw code:",
                "",
                code,
                "",
                *(others or ["Stuur de code als bericht in een andere chat met Raadsmaat."]),
                "",
                "De code werkt één keer, een kwartier lang. Geef hem aan niemand: wie de code heeft, ziet wat u ziet.",
            ]
        )
    )


def listed(said: Incoming, ctx: Context) -> tuple[list[str], list[Choice]]:
    """The chats of somebody, for their settings: the lines, and what they can do with them."""
    own = chats.of(ctx.session, ctx.member.person_id)
    choices = [Choice("Nog een chat koppelen", "/koppel")]
    if len(own) < 2:
        return [], [*choices, Choice("Deze chat ontkoppelen", "/ontkoppel")]
    lines = [f"- {_described(chat, said, ctx)}" for chat in own]
    fixed = next((chat for chat in own if chat.preferred), None)
    where = (
        f"Herinneringen en berichten krijgt u altijd op {platforms.called(fixed.platform)}."
        if fixed
        else "Herinneringen en berichten krijgt u in de chat die u het laatst gebruikte."
    )
    choices += [
        Choice(f"Berichten altijd {_place(chat, own)}", f"/meldingen {chat.id}") for chat in own if not chat.preferred
    ]
    if fixed:
        choices.append(Choice("Berichten waar ik het laatst was", "/meldingen laatst"))
    choices += [Choice(f"{_capital(chat, own)} ontkoppelen", f"/ontkoppel {chat.id}") for chat in own]
    return ["\n".join(["**Uw chats**", *lines, "", where])], choices


def _place(chat: Chat, own: list[Chat]) -> str:
    name = platforms.called(chat.platform)
    same = [other for other in own if other.platform == chat.platform]
    return f"op {name}" if len(same) == 1 else f"op {name} ({same.index(chat) + 1})"


def _capital(chat: Chat, own: list[Chat]) -> str:
    name = _place(chat, own).removeprefix("op ")
    return name[0].upper() + name[1:]


def _described(chat: Chat, said: Incoming, ctx: Context) -> str:
    since = dutch.day_text(ctx.member.municipality.date_at(chat.linked_at), today=ctx.today)
    here = " (deze chat)" if chats.address(chat) == said.chat else ""
    why = f" Niet bereikbaar: {escape(chat.unreachable_why or 'onbekend')}." if chat.unreachable_at else ""
    return f"{_capital(chat, [chat])}{here}, sinds {since}.{why}"


def prefer(said: Incoming, ctx: Context) -> Reply:
    """/meldingen 12, /meldingen laatst: where reminders and notices go."""
    back = (Choice("Instellingen", "/instellingen"),)
    if said.rest.lower() == "laatst":
        chats.prefer(ctx.session, ctx.member.person_id, None)
        return Reply("Dat is opgeslagen. Berichten krijgt u in de chat die u het laatst gebruikte.", back)
    chat = chats.own(ctx.session, ctx.member.person_id, figures(said.rest) or 0)
    chats.prefer(ctx.session, ctx.member.person_id, chat)
    return Reply(f"Dat is opgeslagen. Berichten krijgt u op {platforms.called(chat.platform)}.", back)


def unlink(said: Incoming, ctx: Context) -> Reply:
    """/ontkoppel for this chat, /ontkoppel 12 for another one; asked once more."""
    number, _, sure = said.rest.lower().rpartition(" ")
    if sure.isdigit():
        number, sure = sure, ""
    if sure == "nee":
        return Reply("Goed. Er verandert niets.")
    own = chats.of(ctx.session, ctx.member.person_id)
    here = next(chat for chat in own if chats.address(chat) == said.chat)
    chat = chats.own(ctx.session, ctx.member.person_id, figures(number) or 0) if number else here
    where = "Deze chat" if chat is here else f"Uw chat op {platforms.called(chat.platform)}"
    if sure != "ja":
        there = "hier" if chat is here else "daar"
        again = "Terugkomen kan met /koppel in uw andere chat." if len(own) > 1 else _GRIFFIE
        says = f"/ontkoppel {chat.id}" if number else "/ontkoppel"
        return Reply(
            f"{where} wordt dan losgemaakt van uw naam. U krijgt {there} geen berichten meer.\n\n"
            f"{again} Weet u het zeker?",
            (Choice("Ja, ontkoppelen", f"{says} ja"), Choice("Nee", "/ontkoppel nee")),
        )
    chats.unlink(ctx.session, chat)
    return Reply(f"{where} is ontkoppeld. Uw functie, aanvragen en vragen zijn niet veranderd.")


_GRIFFIE = "Om terug te komen hebt u een nieuwe code van de griffie nodig."
