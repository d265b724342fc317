"""Municipalities, lists of members and invitations, as an administrator types them."""

import csv
import re
import stat
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col
from typer.testing import CliRunner

from bot.commands import app
from domain.messages import Address
from storage import invitations, platforms
from storage.database import connect, transaction
from storage.tables import Invitation, Member, Municipality
from tests.town import MONDAY, database_file

LIST = (
    "naam;e-mail;functie;fractie;commissies;begindatum\n"
    "Anna Bakker;anna@voorbeeld.example;raadslid;Lokaal;Ruimte;01-01-2020\n"
    "<b>Bram</b>;;griffier;;;1-1-2020\n"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory of its own; settings of the machine play no part."""
    monkeypatch.setenv("RAADSMAAT_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("RAADSMAAT_FILE", raising=False)
    monkeypatch.chdir(tmp_path)
    database_file(tmp_path / "data")
    return tmp_path


def typed(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == code, done.output
    return done.output


def names(folder: Path) -> list[str]:
    engine = connect(folder / "data" / "raadsmaat.sqlite3")
    with transaction(engine) as session:
        found = list(session.scalars(select(col(Member.name)).order_by(col(Member.id))))
    engine.dispose()
    return found


def with_list(folder: Path) -> Path:
    typed("gemeente", "toevoegen", "gm0344", "--telegram", "--budget", "1500", "--contact", "griffie@utrecht.example")
    file = folder / "leden.csv"
    file.write_text(LIST, encoding="utf-8")
    return file


def test_a_municipality_is_known_by_its_code(folder: Path) -> None:
    assert "Utrecht is toegevoegd" in typed("gemeente", "toevoegen", "GM0344", "--telegram", "--budget", "1500")
    assert "is er al" in typed("gemeente", "toevoegen", "GM0344", "--telegram", code=1)
    assert "van geen gemeente" in typed("gemeente", "toevoegen", "GM0000", code=1)
    assert "raadsmaat gemeente toevoegen GM0344" in typed("gemeente", "toevoegen", "utrecht", code=1)
    assert "Utrecht staat nog niemand" in typed("uitnodigingen", "--gemeente", "GM0344", code=1)
    assert "Niemand in Utrecht" in typed("uitnodigingen", "--gemeente", "GM0344", "--opnieuw", "piet", code=1)
    typed("gemeente", "toevoegen", "GM0518", "--naam", "’s-Gravenhage")
    assert typed("gemeente", "lijst").splitlines() == ["GM0344  Utrecht", "GM0518  ’s-Gravenhage"]
    engine = connect(folder / "data" / "raadsmaat.sqlite3")
    with transaction(engine) as session:
        budgets = session.scalars(select(col(Municipality.budget_cents)).order_by(col(Municipality.id)))
        assert list(budgets) == [150_000, 0]
    engine.dispose()


def test_a_list_is_tried_first_and_then_imported_once(folder: Path) -> None:
    file = with_list(folder)
    assert "er is niets veranderd" in typed("leden", "importeer", str(file), "--gemeente", "GM0344")
    assert names(folder) == []
    shown = typed("leden", "importeer", str(file), "--gemeente", "GM0344", "--uitvoeren")
    assert "Regel 2: nieuw: Anna Bakker" in shown
    assert names(folder) == ["Anna Bakker", "<b>Bram</b>"]
    assert "Samen: 2 × nieuwe commissie, 1 × nieuwe fractie, 2 × nieuw." in shown
    again = typed("leden", "importeer", str(file), "--gemeente", "GM0344", "--uitvoeren")
    assert "Samen: 2 × ongewijzigd." in again
    assert "Regel 2: ongewijzigd: Anna Bakker" in again
    assert names(folder) == ["Anna Bakker", "<b>Bram</b>"]


def test_a_second_list_that_changes_something(folder: Path) -> None:
    file = with_list(folder)
    typed("leden", "importeer", str(file), "--gemeente", "GM0344", "--uitvoeren")
    file.write_text(LIST + "Carla Mol;;raadslid;Lokaal;Ruimte;\n", encoding="utf-8")
    shown = typed("leden", "importeer", str(file), "--gemeente", "GM0344", "--uitvoeren")
    assert "Samen: 2 × ongewijzigd, 1 × nieuw." in shown
    assert names(folder) == ["Anna Bakker", "<b>Bram</b>", "Carla Mol"]


def test_with_one_mistake_nothing_is_imported(folder: Path) -> None:
    file = with_list(folder)
    file.write_text(LIST + "Carla;;koningin;;;\n", encoding="utf-8")
    shown = typed("leden", "importeer", str(file), "--gemeente", "GM0344", "--uitvoeren", code=1)
    assert "Regel 4, kolom functie" in shown
    assert "Er is niets veranderd" in shown
    assert names(folder) == []


@pytest.mark.parametrize("content", [b"", b"\x00\xff" * 100, b"PK\x03\x04 geen werkblad", b"iets;anders\n1;2\n"])
def test_a_file_that_is_no_list_gets_a_sentence(folder: Path, content: bytes) -> None:
    file = with_list(folder)
    file.write_bytes(content)
    shown = typed("leden", "importeer", str(file), "--gemeente", "GM0344", code=1).strip()
    assert shown.endswith(".")
    assert "Traceback" not in shown


def test_a_file_or_municipality_that_is_not_there(folder: Path) -> None:
    assert "kan niet worden gelezen" in typed("leden", "importeer", "nergens.csv", "--gemeente", "GM0344", code=1)
    file = with_list(folder)
    assert "nog niet toegevoegd" in typed("leden", "importeer", str(file), "--gemeente", "GM0363", code=1)


@pytest.mark.parametrize("telegram", [[], ["--telegram", "raadsmaat_bot"]])
def test_an_invitation_says_how_to_begin_on_matrix(
    folder: Path, monkeypatch: pytest.MonkeyPatch, telegram: list[str]
) -> None:
    file = with_list(folder)
    typed("leden", "importeer", str(file), "--gemeente", "GM0344", "--uitvoeren")
    given = {"SERVER": "https://matrix.utrecht.example", "USER": "@raads<maat:utrecht.example", "KEY": "k" * 16}
    for name, value in (given | {"PASSWORD": "geheim"}).items():
        monkeypatch.setenv(f"RAADSMAAT_MATRIX_{name}", value)
    typed("uitnodigingen", "--gemeente", "GM0344", "--naar", "uit", *telegram)
    page = Path("uit/uitnodigingen.html").read_text(encoding="utf-8")
    assert page.count("privéchat met <strong>@raads&lt;maat:utrecht.example</strong>") == 2
    assert ("Liever op Matrix" in page) is bool(telegram)
    typed("gemeente", "platform", "GM0344", "matrix", "--uit", "Wij gebruiken alleen Telegram")
    typed("uitnodigingen", "--gemeente", "GM0344", "--naar", "uit", *telegram)
    assert "Matrix" not in Path("uit/uitnodigingen.html").read_text(encoding="utf-8")


def test_invitations_on_paper_work_once_and_are_nowhere_else(folder: Path) -> None:
    file = with_list(folder)
    typed("leden", "importeer", str(file), "--gemeente", "GM0344", "--uitvoeren")
    out = folder / "uit"
    typed("uitnodigingen", "--gemeente", "GM0344", "--telegram", "@raadsmaat_bot", "--naar", str(out))
    page = (out / "uitnodigingen.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;Bram&lt;/b&gt;" in page
    assert page.count("<svg") == 2
    assert 'name="viewport"' in page  # on a phone: as wide as the phone, and the code below the square
    assert "flex-wrap: wrap" in page
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}
    with (out / "uitnodigingen.csv").open(encoding="utf-8-sig", newline="") as table:
        rows = {row["naam"]: row for row in csv.DictReader(table, delimiter=";")}
    code = rows["Anna Bakker"]["code"]
    assert rows["Anna Bakker"]["link"] == f"https://t.me/raadsmaat_bot?start={code}"
    engine = connect(folder / "data" / "raadsmaat.sqlite3")
    chat = Address("telegram", "1")
    with transaction(engine) as session:
        (anna,) = [row for row in session.scalars(select(Member)) if row.name == "Anna Bakker"]
        kept = [row.code_hash for row in session.scalars(select(Invitation))]
        assert code not in str(kept)
        now = max(row.created_at for row in session.scalars(select(Invitation)))
        platforms.started(session, ["telegram"], now)
        linked = invitations.redeem(session, code, chat, now)
        assert linked is not None
        assert linked.id == anna.id
        assert invitations.redeem(session, code, chat, now) is None
    engine.dispose()
    assert "Anna" not in typed("uitnodigingen", "--gemeente", "GM0344")
    assert "Anna Bakker" in typed("uitnodigingen", "--gemeente", "GM0344", "--opnieuw", "anna bakker")
    assert "Niemand in Utrecht heeft" in typed("uitnodigingen", "--gemeente", "GM0344", "--opnieuw", "Niemand", code=1)


def test_an_invitation_says_what_to_do_and_nobody_else_can_read_it(folder: Path) -> None:
    file = with_list(folder)
    typed("leden", "importeer", str(file), "--gemeente", "GM0344", "--uitvoeren")
    out = folder / "uit"
    out.mkdir()
    (out / "uitnodigingen.html").write_text("van eerder")
    (out / "uitnodigingen.html").chmod(0o644)
    (out / "uitnodigingen.csv").symlink_to(folder / "elders.csv")
    said = typed("uitnodigingen", "--gemeente", "GM0344", "--naar", str(out))
    assert "2 uitnodigingen staan in" in said
    assert not (folder / "elders.csv").exists()
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}
    page = (out / "uitnodigingen.html").read_text(encoding="utf-8")
    assert "<svg" not in page
    assert "Stuur uw code als bericht." in page
    assert "griffie@utrecht.example" in page
    assert "break-after: page" in page


@pytest.mark.parametrize(
    "name", ["raadsmaat_bot", "@raadsmaat_bot", "https://t.me/raadsmaat_bot", "t.me/raadsmaat_bot/"]
)
def test_the_name_of_the_bot_may_be_written_in_several_ways(folder: Path, name: str) -> None:
    file = with_list(folder)
    typed("leden", "importeer", str(file), "--gemeente", "GM0344", "--uitvoeren")
    shown = typed("uitnodigingen", "--gemeente", "GM0344", "--telegram", name)
    assert shown.count("  https://t.me/raadsmaat_bot?start=") == 2


@pytest.mark.parametrize("name", ["raads maat", "bot<script>", "ab", "https://elders.example/bot"])
def test_what_cannot_be_a_bot_makes_no_codes(folder: Path, name: str) -> None:
    file = with_list(folder)
    typed("leden", "importeer", str(file), "--gemeente", "GM0344", "--uitvoeren")
    assert "kan geen naam" in typed("uitnodigingen", "--gemeente", "GM0344", "--telegram", name, code=1)
    engine = connect(folder / "data" / "raadsmaat.sqlite3")
    with transaction(engine) as session:
        assert session.scalars(select(Invitation)).first() is None
    engine.dispose()


def test_a_folder_that_cannot_be_written_leaves_the_earlier_codes_good(folder: Path) -> None:
    file = with_list(folder)
    typed("leden", "importeer", str(file), "--gemeente", "GM0344", "--uitvoeren")
    typed("uitnodigingen", "--gemeente", "GM0344")
    engine = connect(folder / "data" / "raadsmaat.sqlite3")
    with transaction(engine) as session:
        before = {row.code_hash for row in session.scalars(select(Invitation))}
    assert "kan niet worden geschreven" in typed("uitnodigingen", "--gemeente", "GM0344", "--naar", str(file), code=1)
    with transaction(engine) as session:
        assert {row.code_hash for row in session.scalars(select(Invitation))} == before
    engine.dispose()


def test_an_invitation_runs_out(folder: Path) -> None:
    typed("gemeente", "toevoegen", "GM0344", "--telegram")
    engine = connect(folder / "data" / "raadsmaat.sqlite3")
    file = folder / "leden.csv"
    file.write_text(LIST, encoding="utf-8")
    typed("leden", "importeer", str(file), "--gemeente", "GM0344", "--uitvoeren")
    with transaction(engine) as session:
        anna = session.scalars(select(Member).order_by(col(Member.id))).first()
        assert anna is not None
        code = invitations.invite(session, anna, MONDAY)
        late = MONDAY + invitations.VALID_FOR
        assert invitations.redeem(session, code, Address("telegram", "1"), late) is None
    engine.dispose()


def test_telegram_is_switched_on_for_each_municipality(folder: Path) -> None:
    typed("gemeente", "toevoegen", "GM0363")
    assert "Telegram staat uit. Reden: dit platform is nog niet aangezet." in typed("gemeente", "platform", "gm0363")
    typed("uitnodigingen", "--gemeente", "GM0363", "--telegram", "raadsmaat_bot", code=1)
    assert "Telegram staat nu aan" in typed("gemeente", "platform", "GM0363", "telegram", "--aan")
    assert "Alle platforms staan aan" in typed("gemeente", "platform", "GM0363")
    assert "al aan" in typed("gemeente", "platform", "GM0363", "telegram", "--aan", code=1)
    assert "Matrix staat nu uit" in typed("gemeente", "platform", "GM0363", "matrix", "--uit", "De server stopt.")
    assert "Reden: De server stopt." in typed("gemeente", "platform", "GM0363")


@pytest.mark.parametrize(
    "words", [("signal", "--aan"), ("telegram",), ("telegram", "--aan", "--uit", "Zomaar"), ("telegram", "--uit", "x")]
)
def test_switching_a_platform_wrongly_changes_nothing(folder: Path, words: tuple[str, ...]) -> None:
    typed("gemeente", "toevoegen", "GM0363")
    before = typed("gemeente", "platform", "GM0363")
    typed("gemeente", "platform", "GM0363", *words, code=1)
    assert typed("gemeente", "platform", "GM0363") == before


def test_what_was_given_when_adding_can_be_changed_and_nothing_else_changes(folder: Path) -> None:
    with_list(folder)
    shown = typed("gemeente", "wijzig", "gm0344")
    assert "Contact: griffie@utrecht.example" in shown
    assert "€ 1.500,00" in shown
    assert "opgeslagen" not in shown
    changed = typed("gemeente", "wijzig", "GM0344", "--contact", "14 030", "--budget", "1750")
    assert "Contact: 14 030" in changed
    assert "€ 1.750,00" in changed
    assert "Wie dit jaar al een budget kreeg, houdt dat." in changed
    assert "Gemeente: Utrecht (GM0344)" in typed("gemeente", "wijzig", "GM0344", "--budget", "0", "--contact", "")
    assert "Contact: niet ingevuld\nOpleidingsbudget per jaar: geen" in typed("gemeente", "wijzig", "GM0344")
    assert "heeft een naam nodig" in typed("gemeente", "wijzig", "GM0344", "--naam", " ", code=1)
    assert "nog niet toegevoegd" in typed("gemeente", "wijzig", "GM0518", "--budget", "1", code=1)


def test_a_budget_that_is_known_need_not_be_filled_in(folder: Path) -> None:
    typed("gemeente", "toevoegen", "GM0344")
    before = re.findall(r"(\d+) van de (\d+) waarden", typed("kennis", "controleer"))
    typed("gemeente", "wijzig", "GM0344", "--budget", "1500", "--contact", "14 030")
    [(left, total)] = re.findall(r"(\d+) van de (\d+) waarden", typed("kennis", "controleer"))
    assert before == [(total, total)]
    assert int(left) == int(total) - 2  # the budget, and how to reach the griffie


def test_what_is_kept_of_somebody_is_shown_also_when_they_left(folder: Path) -> None:
    typed("leden", "importeer", str(with_list(folder)), "--gemeente", "GM0344", "--uitvoeren")
    shown = typed("leden", "inzage", "ANNA@voorbeeld.example", "--gemeente", "gm0344")
    assert "Wat Raadsmaat bewaart van Anna Bakker" in shown
    assert "Bram" not in shown
    for who in ("Anna", " "):
        assert "kent niemand" in typed("leden", "inzage", who, "--gemeente", "GM0344", code=1)
