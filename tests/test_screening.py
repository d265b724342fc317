"""Personal data is stopped before it is stored, and passes where it belongs."""

from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import select
from sqlmodel import col

from domain.messages import Address, Incoming, Kind
from storage.database import transaction
from storage.tables import InboxMessage
from tests.town import PLATFORM, Town, town

pytestmark = pytest.mark.asyncio

BSN, IBAN, PHONE, EMAIL, ADDRESS = (
    "123456782",
    "NL91 ABNA 0417 1643 00",
    "06-12345678",
    "jansen@voorbeeld.example",
    "Kerkstraat 12",
)
TRAINING = ["/training", "Debat"]


async def talk(here: Town, who: str, *lines: str) -> str:
    for line in lines:
        letters = await here.says(who, line)
    return letters[0].plain


async def test_nothing_of_it_reaches_the_database_its_log_or_ours(tmp_path: Path) -> None:
    with structlog.testing.capture_logs() as logs:
        async with town(tmp_path) as here:
            for who in ("anna", "griet", "vreemde", "-100"):
                for piece in (BSN, IBAN, PHONE, EMAIL, ADDRESS):
                    answer = await talk(here, who, f"Mijn vraag gaat over {piece}. Mag dat?")
                    assert answer.startswith("Er staat een ")
                    assert piece not in answer
            await talk(here, "anna", *TRAINING, f"Academie {BSN}", "Academie", "stop")
            await talk(here, "anna", f"/vraag {EMAIL} schreef mij. Wat nu?")
            await talk(here, "griet", "/bericht", "iedereen", f"Stort het op {IBAN}.", "stop")
            # All of it at once, as after an outage: then it is stored first and handled later.
            said = [
                Incoming(f"{piece} {piece}", Address(PLATFORM, "bram"), here.now, f"k{number}")
                for number, piece in enumerate((BSN, IBAN, PHONE, EMAIL, ADDRESS))
            ]
            await here.app.intake.receive(said)
            await here.app.settled()
            await talk(here, "anna", "Hoe dien ik een motie in?")
            kept = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
            assert (tmp_path / "raadsmaat.sqlite3-wal").stat().st_size > 0
            with transaction(here.engine) as session:
                rows = session.scalars(select(InboxMessage).where(col(InboxMessage.kind) == Kind.PERSONAL)).all()
                assert len(rows) == 28
    kept += b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    for piece in (BSN, IBAN, IBAN.replace(" ", ""), PHONE, EMAIL, ADDRESS):
        assert piece.encode() not in kept
        assert piece not in str(logs)


@pytest.mark.parametrize("piece", [PHONE, EMAIL, ADDRESS])
async def test_contact_details_pass_where_they_belong(tmp_path: Path, piece: str) -> None:
    async with town(tmp_path) as here:
        assert piece in await talk(here, "griet", "/bericht", "iedereen", f"Meld u aan: {piece}")
        await talk(here, "griet", "stop")
        assert "Wanneer begint" in await talk(here, "anna", *TRAINING, f"Academie, {piece}")
        assert "Er staat een" in await talk(here, "anna", "morgen", "100", f"Zie {piece}.")
        await talk(here, "anna", "stop", "/vraag Wie belt mij?", "ja", "ja")
        await talk(here, "griet", "/beantwoord 1", f"Dat is {piece}.", "ja")
        assert piece in here.last("anna").plain


async def test_how_to_reach_the_griffie_is_no_secret(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        answer = await talk(here, "anna", "Mag ik mailen naar griffie@voorbeeldstad.example als het haast heeft?")
        assert "Er staat een" not in answer


@pytest.mark.parametrize("piece", [BSN, IBAN])
async def test_a_bsn_or_account_number_passes_nowhere(tmp_path: Path, piece: str) -> None:
    async with town(tmp_path) as here:
        await talk(here, "anna", "/vraag Wie belt mij?", "ja", "ja")
        for lines in (["/bericht", "iedereen"], ["/beantwoord 1"], ["/vergadering", "ruimte", "morgen 15.00 uur"]):
            assert "Er staat een" in await talk(here, "griet", *lines, f"Het is {piece}.")
            assert "Gestopt" in await talk(here, "griet", "stop")
        assert "Er staat een" in await talk(here, "anna", *TRAINING, f"Academie {piece}")


async def test_the_open_question_is_asked_again_and_the_form_goes_on(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        answer = await talk(here, "anna", *TRAINING, f"Academie {BSN}")
        assert answer.endswith("U bent nog bezig met uw aanvraag voor een training.\n\nWie geeft de training?")
        assert "Wanneer begint" in await talk(here, "anna", "Academie")


async def test_after_a_restart_it_is_still_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with town(tmp_path) as here:

        async def dies(*_: Any) -> bool:
            return False

        monkeypatch.setattr(here.app.intake, "_at_once", dies)
        monkeypatch.setattr(here.app.intake, "_wake", type("Deaf", (), {"set": lambda self: None})())
        await here.app.intake.receive([Incoming(f"bsn {BSN}", Address(PLATFORM, "anna"), here.now, "k1")])
        letters = await here.restart()
        assert [letter.plain.split(" in uw")[0] for letter in letters] == ["Er staat een BSN"]
