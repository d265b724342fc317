"""/uitnodigen when two people have one name."""

from pathlib import Path

import pytest
from sqlmodel import col, select

from domain.roles import Role
from storage.database import transaction
from storage.tables import Mandate, Member, Municipality, Person
from tests.mandates import LONG_AGO
from tests.town import MONDAY, town

pytestmark = pytest.mark.asyncio


async def test_the_griffie_chooses_who_of_two_is_meant(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        with transaction(here.engine) as session:
            place = session.exec(select(Municipality).where(col(Municipality.code) == "GM9998")).one()
            person = Person(created_at=MONDAY)
            session.add(person)
            session.flush()
            assert place.id
            assert person.id
            other = Member(
                municipality_id=place.id, person_id=person.id, name="Emre Visser", email="emre.v@voorbeeld.example"
            )
            session.add(other)
            session.flush()
            assert other.id
            session.add(Mandate(municipality_id=place.id, member_id=other.id, role=Role.COMMISSIELID, begins=LONG_AGO))
        (asked,) = await here.says("griet", "/uitnodigen Emre Visser")
        assert "Wie bedoelt u?" in asked.plain
        labels = [choice.label for choice in asked.choices]
        assert len(labels) == len(set(labels)) == 2
        (label,) = [label for label in labels if "commissielid" in label]
        assert label == "Emre Visser, commissielid, emre.v@voorbeeld.example"
        (code,) = await here.presses("griet", label)
        assert "Dit is de code voor Emre Visser" in code.plain
        welcome = await here.says("nieuw", here.code())
        assert "Welkom, Emre Visser" in welcome[0].plain
        (asked,) = await here.says("griet", "/uitnodigen Emre Visser @emre:voorbeeld.example")
        assert [choice.says.split()[2] for choice in asked.choices] == ["@emre:voorbeeld.example"] * 2
        (unknown,) = await here.says("griet", "/uitnodigen 99999")
        assert "Ik ken niemand" in unknown.plain
