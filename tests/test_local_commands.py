"""What a municipality adds, taken in from files and handed on; answers that are off in every municipality; and
whether the knowledge base is in order: as an administrator types it."""

from pathlib import Path

import pytest
from sqlmodel import Session

from bot.doctor import Finding
from bot.entry import KENNIS
from bot.local_commands import examined
from search.articles import load, parse
from search.localfolder import LocalText
from storage import local, members, reviews, silence
from storage.database import connect, transaction
from tests.test_articles import GOOD
from tests.test_lawtext import law
from tests.test_local import TODAY, actions, place, session
from tests.test_members_commands import LIST, folder, typed
from tests.town import MONDAY

__all__ = ["folder", "session"]

VALUES = "# Van de griffie\nscholing.bedrag: € 1.500,00\nscholing.verordening: 07\nmotie.indienen: ''\n"
ARTICLE = """---
titel: Parkeren bij het gemeentehuis
kort: U parkeert in de kelder. Uw pas opent de poort.
vragen:
  - waar kan ik parkeren
---
## Wat kost het?
Niets.

- ook niet 's avonds
"""


def written(folder: Path, values: str = VALUES, article: str = ARTICLE) -> str:
    there = folder / "utrecht"
    there.mkdir(exist_ok=True)
    (there / "waarden.yaml").write_text(values, encoding="utf-8")
    (there / "parkeren.md").write_text(article, encoding="utf-8")
    (there / "leesmij.txt").write_text("niet van ons", encoding="utf-8")
    typed("gemeente", "toevoegen", "GM0344")
    return str(there)


def here(folder: Path, code: str = "GM0344") -> tuple[dict[str, str], list[str]]:
    engine = connect(folder / "data" / "raadsmaat.sqlite3")
    with transaction(engine) as session:
        found = place(session, code)
        values = local.values(session, found)
        titles = [one.about.titel for one in local.local_articles(session, found)]
    engine.dispose()
    return values, titles


def test_a_folder_is_shown_first_and_then_taken_in_once(folder: Path) -> None:
    there = written(folder)
    shown = typed("kennis", "lokaal", there, "--gemeente", "gm0344")
    assert "scholing.bedrag: € 1.500,00" in shown
    assert "Nieuw artikel: Parkeren bij het gemeentehuis" in shown
    assert "Dit was een proef" in shown
    assert here(folder) == ({}, [])
    assert "Ingelezen voor Utrecht" in typed("kennis", "lokaal", there, "--gemeente", "GM0344", "--uitvoeren")
    assert here(folder) == (
        {"scholing.bedrag": "€ 1.500,00", "scholing.verordening": "07"},
        ["Parkeren bij het gemeentehuis"],
    )
    assert "Alles stond er al zo" in typed("kennis", "lokaal", there, "--gemeente", "GM0344", "--uitvoeren")
    written_again = ARTICLE.replace("Niets.", "Een euro.")
    (Path(there) / "parkeren.md").write_text(written_again, encoding="utf-8")
    assert "Gewijzigd artikel" in typed("kennis", "lokaal", there, "--gemeente", "GM0344", "--uitvoeren")
    assert here(folder)[1] == ["Parkeren bij het gemeentehuis"]
    (Path(there) / "waarden.yaml").write_text("scholing.bedrag:\n", encoding="utf-8")
    assert "leeg gemaakt" in typed("kennis", "lokaal", f"{there}/waarden.yaml", "--gemeente", "GM0344", "--uitvoeren")
    assert here(folder)[0] == {"scholing.verordening": "07"}


@pytest.mark.parametrize(
    ("values", "article", "said"),
    [
        ("scholing.prijs: 1\n", ARTICLE, "waarden.yaml, regel 1: de waarde “scholing.prijs” is er niet"),
        (
            "\nscholing.bedrag: 1\nscholing.bedrag: 2\n",
            ARTICLE,
            "waarden.yaml, regel 3: de waarde “scholing.bedrag” staat",
        ),
        ("scholing.bedrag: [1, 2]\n", ARTICLE, "waarden.yaml, regel 1: na “scholing.bedrag:” hoort gewone tekst"),
        ("scholing.bedrag: a: b\n", ARTICLE, "waarden.yaml, regel 1: dit is niet te lezen"),
        ("- 1\n", ARTICLE, "waarden.yaml, regel 1: zet op elke regel een waarde"),
        (f"scholing.bedrag: {'a' * 301}\n", ARTICLE, "waarden.yaml, regel 1: Uw tekst is te lang"),
        ("scholing.bedrag: '???'\n", ARTICLE, "waarden.yaml, regel 1: Ik lees geen woorden"),
        (VALUES, ARTICLE.replace("titel:", "title:"), "parkeren.md, regel 2: title: deze naam bestaat hier niet"),
        (VALUES, ARTICLE.replace("  - waar kan ik parkeren", "  - ''"), "parkeren.md, regel 5: vragen.0: is leeg"),
        (VALUES, ARTICLE.replace("## Wat kost het?\n", ""), "parkeren.md, regel 7: zet boven elk deel een kop"),
        (VALUES, ARTICLE.replace("Wat kost het?", "X"), "parkeren.md, regel 7: een kop heeft 3 tot 60 tekens"),
        (VALUES, ARTICLE + "## Leeg\n", "parkeren.md, regel 11: een deel heeft 3 tot 3.000 tekens"),
        (VALUES, ARTICLE + "## \n", "parkeren.md, regel 11: deze kop is leeg"),
        (VALUES, ARTICLE + "## Nog een\nmeer\n" * 8, "parkeren.md, regel 25: een artikel heeft hoogstens 8 delen"),
        (VALUES, "zomaar tekst", "parkeren.md, regel 1: het artikel begint niet met een blok"),
    ],
)
def test_one_error_and_nothing_is_taken_in(folder: Path, values: str, article: str, said: str) -> None:
    there = written(folder, values, article)
    shown = typed("kennis", "lokaal", there, "--gemeente", "GM0344", "--uitvoeren", code=1)
    assert said in shown
    assert "Er is niets ingelezen" in shown
    assert here(folder) == ({}, [])


def test_files_that_are_none_are_refused(folder: Path) -> None:
    there = Path(written(folder))
    (there / "tweede.md").write_text(ARTICLE, encoding="utf-8")
    (there / "derde.md").write_bytes(b"---\ntitel: caf\xe9\n---\n")
    shown = typed("kennis", "lokaal", str(there), "--gemeente", "GM0344", code=1)
    assert "tweede.md, regel 2: een ander bestand heeft dezelfde titel" in shown
    assert "derde.md, regel 2: dit is geen UTF-8" in shown
    assert "kan niet worden gelezen" in typed("kennis", "lokaal", str(folder / "weg"), "--gemeente", "GM0344", code=1)
    (folder / "leeg").mkdir()
    assert "geen waarden.yaml" in typed("kennis", "lokaal", str(folder / "leeg"), "--gemeente", "GM0344", code=1)


def test_too_many_articles_leave_all_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "MOST_ARTICLES", 0)
    shown = typed("kennis", "lokaal", written(folder), "--gemeente", "GM0344", "--uitvoeren", code=1)
    assert "Er is niets ingelezen" in shown
    assert here(folder) == ({}, [])


def test_what_is_handed_on_can_be_taken_in_elsewhere(folder: Path) -> None:
    difficult = ARTICLE.replace("Niets.", "Niets: “gratis” # echt\n ## geen kop").replace(
        "waar kan ik parkeren\n", "'waar: “p” # parkeren?'\n"
    )
    typed("kennis", "lokaal", written(folder, article=difficult), "--gemeente", "GM0344", "--uitvoeren")
    out = str(folder / "uit" / "hier")
    assert "en 1 artikel van Utrecht" in typed("kennis", "uitvoer", out, "--gemeente", "GM0344")
    assert "# scholing.aanvragen:\n" in (Path(out) / "waarden.yaml").read_text(encoding="utf-8")
    assert "Alles stond er al zo" in typed("kennis", "lokaal", out, "--gemeente", "GM0344")
    typed("gemeente", "toevoegen", "GM0518")
    typed("kennis", "lokaal", out, "--gemeente", "GM0518", "--uitvoeren")
    assert here(folder, "GM0518") == here(folder)
    assert "is niet leeg" in typed("kennis", "uitvoer", out, "--gemeente", "GM0344", code=1)


def test_an_answer_is_switched_off_for_all_and_each_griffie_hears_why(folder: Path) -> None:
    typed("gemeente", "toevoegen", "GM0344")
    file = folder / "leden.csv"
    file.write_text(LIST, encoding="utf-8")
    typed("leden", "importeer", str(file), "--gemeente", "GM0344", "--uitvoeren")
    assert "Er staat geen antwoord uit" in typed("kennis", "uitgezet")
    told = typed("kennis", "uitzetten", "Motie", "--reden", "De wet is veranderd.")
    assert "Uitgezet voor alle gemeenten: Motie. Mensen van griffies die bericht krijgen: 1." in told
    assert "stond al uit" in typed("kennis", "uitzetten", "motie", "--reden", "Nog eens.", code=1)
    typed("kennis", "uitzetten", "alles", "--reden", "Storing.")
    assert "alle gemeenten: motie" in typed("kennis", "uitgezet")
    engine = connect(folder / "data" / "raadsmaat.sqlite3")
    with transaction(engine) as session:
        assert set(silence.silent(session, place(session, "GM0344"))) == {"motie", silence.ALL}
        assert actions(session, place(session, "GM0344"))[-2:] == ["answers.switched_off"] * 2
    engine.dispose()
    assert "Weer aan" in typed("kennis", "aanzetten", "alles")
    assert "staat niet uit" in typed("kennis", "aanzetten", "alles", code=1)
    assert "Bedoelt u motie?" in typed("kennis", "aanzetten", "moties", code=1)
    assert "De reden klopt niet" in typed("kennis", "uitzetten", "motie", "--reden", "!", code=1)


def test_a_griffie_is_told_once_that_an_article_must_be_checked(session: Session) -> None:
    here, there = place(session), place(session, "GM9999")
    assert {one.id for one in members.places(session)} == {here, there}
    due = {"motie": TODAY, "scholing": TODAY}
    assert reviews.note(session, here, due, MONDAY) == ["motie", "scholing"]
    assert reviews.note(session, here, due, MONDAY) == []
    assert reviews.note(session, there, {"motie": TODAY}, MONDAY) == ["motie"]
    later = {"motie": TODAY.replace(year=2027), "scholing": TODAY}
    assert reviews.note(session, here, later, MONDAY) == ["motie"]
    assert reviews.note(session, here, {}, MONDAY) == []


def test_the_knowledge_base_that_is_shipped_is_in_order(folder: Path) -> None:
    typed("gemeente", "toevoegen", "GM0344")
    shown = typed("kennis", "controleer")
    assert "✓ 65 artikelen" in shown
    assert "– Er zijn geen wetten ingelezen" in shown
    assert "– Utrecht: " in shown
    assert "niet ingevuld" in shown


def test_what_is_wrong_in_the_knowledge_base_is_said(session: Session) -> None:
    from storage import laws

    laws.store(session, law(), MONDAY)
    local.fill(session, place(session), "goed.weg", "iets", None, MONDAY)
    long_ago = MONDAY.replace(year=2024)
    local.write(session, place(session), LocalText("Parkeren", "Daar en daar.", (), ()), None, long_ago)
    text = GOOD.replace('artikel: "33"', 'artikel: "34"').replace("2027-11-01", "2026-11-02")
    article = parse(text.replace("Zo dan.", "Zie artikel 35 van de Gemeentewet."), "goed.md")
    lines = [line.text for line in examined(session, [article], MONDAY) if line.finding is Finding.WRONG]
    assert lines == [
        "goed: de tekst noemt artikel 35, maar dat staat niet bij de bronnen.",
        "goed: Gemeentewet, artikel 34 staat niet in de ingelezen tekst.",
        "Te laat gecontroleerd: goed (vóór 02-11-2026).",
        "Voorbeeldstad: ingevuld, maar in geen artikel meer: goed.weg.",
        "Voorbeeldstad: eigen artikelen te laat gecontroleerd: lokaal-1 (vóór 23-11-2025).",
    ]
    good = parse(GOOD, "goed.md")
    fine = [line.finding for line in examined(session, [good, *load(KENNIS)], MONDAY)]
    assert fine.count(Finding.GOOD) == 1
