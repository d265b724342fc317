"""Nobody sees or changes what is not theirs: another municipality's, or another role's."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import SQLModel, col

from domain.messages import Kind
from domain.roles import Role
from handlers import access, routes
from handlers.routes import ROUTES
from storage import invitations
from storage.database import transaction
from storage.tables import Chat, Municipality, Notice, OpenForm, OutboxMessage
from tests.mandates import end, give, member
from tests.town import MONDAY, Letter, Town, town

pytestmark = pytest.mark.asyncio

SECRET = "Geheimwoord"
_UNKNOWN = "Dat commando ken ik niet. Met /help ziet u wat ik kan."


async def talk(here: Town, who: str, *lines: str) -> list[Letter]:
    letters: list[Letter] = []
    for line in lines:
        letters = await here.says(who, line)
    return letters


async def live(here: Town) -> None:
    """Something of everything in Voorbeeldstad, each with the secret word in it."""
    await talk(here, "anna", f"/vraag {SECRET} vraag?", "ja", "ja")
    await talk(here, "anna", "/training", f"{SECRET} training", "Academie", "morgen", "100", f"{SECRET} reden", "ja")
    await talk(here, "griet", "/vergadering", "ruimte", "morgen 15.00 uur", f"{SECRET} zaal", "nee", SECRET, "ja")
    await talk(here, "griet", "/bericht", "iedereen", f"{SECRET} bericht", "ja")
    await talk(here, "bram", f"/vraag {SECRET} tweede?", "ja", "ja")
    await talk(here, "griet", "/beantwoord 2", f"{SECRET} antwoord", "ja")
    await talk(here, "anna", f"/vraag {SECRET} derde?", "vertrouwelijk", "ja", "ja")
    await talk(here, "griet", "/doorvraag 3", f"{SECRET} wedervraag", "ja")
    await talk(here, "anna", f"{SECRET} reactie", "ja")
    await talk(here, "griet", "/gesloten", f"{SECRET} reces", "morgen", "overmorgen", "ja")
    await talk(here, "griet", "/werktijd", "ma t/m do", "9-16", "ja")
    await talk(here, "griet", "/waarneming Hans")
    await talk(here, "anna", f"/meetellen {SECRET} vierde?")
    await talk(here, "griet", "/maakartikel 2", "ja")
    await talk(here, "griet", "/lokaal motie toelichting", f"{SECRET} waarde", "ja")
    await talk(here, "griet", "/artikel", f"{SECRET} titel", f"{SECRET} antwoord", "hoe dan", "Geen uitleg", "ja")
    await talk(here, "griet", "/uitzetten scholing", f"{SECRET} reden", "ja")
    await talk(here, "anna", "/nuttig motie nee", "/nuttig motie anders", f"{SECRET} gemist", "ja")


def rows(here: Town, code: str) -> dict[str, list[Any]]:
    """Everything that is stored of a municipality, but for what its people were told."""
    found: dict[str, list[Any]] = {}
    with transaction(here.engine) as session:
        place = session.scalars(select(col(Municipality.id)).where(col(Municipality.code) == code)).one()
        for name, table in SQLModel.metadata.tables.items():
            if "municipality_id" in table.c and name != "outbox":
                of_them = select(table).where(table.c.municipality_id == place)
                found[name] = [tuple(row) for row in session.execute(of_them)]
    return found


@pytest.mark.exhaustive
@pytest.mark.parametrize("roles", [(), (Role.GRIFFIER, Role.BEHEERDER)])
async def test_somebody_elsewhere_gets_nothing_and_changes_nothing_with_any_command(
    tmp_path: Path, roles: tuple[Role, ...]
) -> None:
    async with town(tmp_path) as here:
        for role in roles:
            give(here.engine, "Olaf Prins", role, code="GM9999")
        await live(here)
        before, already = rows(here, "GM9998"), len(here.paper.letters)
        for route in ROUTES:
            for number in ("", " 1", " 5", " motie", " scholing", " lokaal-1", " lokaal-1 ja", " alles"):
                if route.words[0] == "ontkoppel":
                    continue
                await talk(here, "olaf", f"/{route.words[0]}{number}")
                await talk(here, "olaf", "ja", "stop")
        got = here.paper.letters[already:]
        assert len(got) >= 8 * len(ROUTES)
        assert {letter.to for letter in got} == {"olaf"}
        for letter in got:
            assert SECRET not in letter.text
            assert not any(name in letter.text for name in ("Anna", "Bram", "Griet", "Voorbeeldstad", "Molenwijk"))
        assert rows(here, "GM9998") == before


async def test_of_a_confidential_question_the_others_of_the_griffie_see_nothing(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        for text in (f"/vraag {SECRET}?", "vertrouwelijk", "ja", "ja"):
            await here.says("anna", text)
        await talk(here, "griet", "/waarneming Hans")
        await talk(here, "griet", "/doorvraag 1", f"{SECRET} wedervraag", "ja")
        await talk(here, "anna", f"{SECRET} reactie", "ja")
        for route in ROUTES:
            if route.words[0] not in ("ontkoppel", "waarneming"):
                await talk(here, "hans", f"/{route.words[0]} 1", "ja", "stop")
        await here.later(timedelta(days=8))
        heard = [letter.text for letter in here.paper.letters if letter.to == "hans"]
        assert len(heard) > len(ROUTES)
        assert not [text for text in heard if SECRET in text or "Vertrouwelijke" in text or "): vertrouwelijk" in text]


async def test_nobody_can_press_a_button_of_somebody_else(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await live(here)
        before = rows(here, "GM9998")
        with transaction(here.engine) as session:
            buttons = [
                (row.id, index, row.address)
                for row in session.scalars(select(OutboxMessage))
                for index in range(len(row.choices or ()))
            ]
        assert len(buttons) > 20
        for row, index, _ in buttons:
            answers = await here.says("olaf", f"{row}.{index}", kind=Kind.PRESSED)
            assert [answer.plain for answer in answers] == [
                "Deze keuze hoort bij een vraag die al voorbij is. Er is niets veranderd."
            ]
        assert rows(here, "GM9998") == before


@pytest.mark.parametrize("who", ["anna", "chris", "griet", "olaf"])
async def test_commands_of_another_role_are_unknown(tmp_path: Path, who: str) -> None:
    async with town(tmp_path) as here:
        griffie = who == "griet"
        denied = [route for route in ROUTES if not route.who & ({Role.GRIFFIER} if griffie else {Role.RAADSLID})]
        assert denied
        for route in denied:
            for word in route.words:
                letters = await here.says(who, f"/{word} 1")
                assert [letter.plain for letter in letters] == [_UNKNOWN]
                assert not any(
                    line.startswith(f"/{word} ") for line in (await here.says(who, "/help"))[0].plain.split()
                )


async def test_every_form_can_only_be_reached_and_finished_by_those_who_may(tmp_path: Path) -> None:
    # A form that everybody may fill in is begun by the bot itself, about a question that was just asked.
    assert {name for name, form in routes.FORMS.items() if form.who == frozenset(Role)} == {"offer"}


@pytest.mark.parametrize("who", ["anna", "griet"])
async def test_somebody_whose_mandate_ended_is_a_stranger(tmp_path: Path, who: str) -> None:
    async with town(tmp_path) as here:
        await live(here)
        end(here.engine, {"anna": "Anna Bakker", "griet": "Griet Mulder"}[who])
        for text in ("/help", "/vragen", "/aanvragen", "/bericht", "Hoe dien ik een motie in?", "hallo", "/start"):
            assert [letter.text for letter in await here.says(who, text)] == [access.PUBLIC]
        for letter in [letter for letter in here.paper.letters if letter.to == who and letter.choices][:10]:
            assert [got.text for got in await here.presses(who, letter.choices[0].label, of=letter)] == [access.PUBLIC]


async def test_somebody_whose_mandate_begins_tomorrow_is_a_stranger_today(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        with transaction(here.engine) as session:
            code = invitations.invite(session, member(session, "Emre Visser"), here.now)
        end(here.engine, "Emre Visser")
        give(here.engine, "Emre Visser", Role.RAADSLID, begins=MONDAY.date().replace(day=24))
        assert "nog niet begonnen" in (await here.says("emre", code))[0].text
        assert (await here.says("emre", "/agenda"))[0].text == access.PUBLIC
        here.now = here.now.replace(day=24)
        assert "Dit komt er aan" in (await here.says("emre", "/agenda"))[0].text


async def test_a_form_ends_with_the_mandate_that_gave_the_right_to_it(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        give(here.engine, "Griet Mulder", Role.RAADSLID)
        await talk(here, "griet", "/bericht", "iedereen", "Dit mag niet meer weg.")
        end(here.engine, "Griet Mulder", role=Role.GRIFFIER)
        letters = await here.says("griet", "ja")
        assert {letter.to for letter in letters} == {"griet"}
        with transaction(here.engine) as session:
            assert session.scalars(select(Notice)).all() == []
            assert session.scalars(select(OpenForm)).all() == []


async def in_two_places(here: Town) -> None:
    """Olaf, raadslid in Proefdam, becomes griffier in Voorbeeldstad and uses the code that he got there."""
    give(here.engine, "Olaf Prins", Role.GRIFFIER)
    with transaction(here.engine) as session:
        code = invitations.invite(session, member(session, "Olaf Prins"), here.now)
    assert "Voorbeeldstad" in (await here.says("olaf", code))[0].text


async def test_somebody_in_two_municipalities_talks_about_one_at_a_time(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await in_two_places(here)
        assert "Molenwijk" in (await here.says("olaf", "/agenda"))[0].text
        assert "[Proefdam]" in str(
            [f"[{choice.label}]" for choice in (await here.says("olaf", "/gemeente"))[0].choices]
        )
        await here.presses("olaf", "Proefdam")
        assert (await here.says("olaf", "/agenda"))[0].plain == "Er staan geen vergaderingen in uw agenda."
        assert (await here.says("olaf", "/bericht"))[0].plain == _UNKNOWN


async def test_a_form_never_moves_to_another_municipality(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await in_two_places(here)
        give(here.engine, "Olaf Prins", Role.GRIFFIER, code="GM9999")
        await talk(here, "olaf", "/bericht", "iedereen", f"{SECRET} van Voorbeeldstad")
        assert "Maak eerst af" in (await here.says("olaf", "/gemeente GM9999"))[0].plain
        with transaction(here.engine) as session:
            # As if the same person switched in another chat of theirs.
            elsewhere = session.scalars(select(col(Municipality.id)).where(col(Municipality.code) == "GM9999")).one()
            session.execute(update(Chat).where(col(Chat.address) == "olaf").values(municipality_id=elsewhere))
        await here.says("olaf", "ja")
        with transaction(here.engine) as session:
            assert session.scalars(select(Notice)).all() == []


async def test_a_mandate_that_ended_is_no_municipality_to_choose(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await in_two_places(here)
        await here.says("olaf", "/gemeente gm9999")
        end(here.engine, "Olaf Prins")
        assert "één gemeente" in (await here.says("olaf", "/gemeente GM9998"))[0].plain


async def test_nothing_private_is_said_in_a_group(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        with transaction(here.engine) as session:
            session.execute(update(Chat).where(col(Chat.address) == "anna").values(address="-100"))
        for text in ("/aanvragen", "/training", "Hoe dien ik een motie in?", "/privacy"):
            assert [letter.text for letter in await here.says("-100", text)] == [access.GROUP]
