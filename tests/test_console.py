"""The terminal, as `make start` gives it: a program with a pipe on its input."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.lock import AlreadyRunning, only_one


def talk(folder: Path, *lines: str, options: tuple[str, ...] = ()) -> str:
    """What is printed when these lines are piped in; the program must end well by itself."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", "demo", *options],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | {"RAADSMAAT_DATA": str(folder), "RAADSMAAT_FILE": ""},
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.wire
def test_a_conversation_goes_on_where_it_was_and_can_begin_anew(tmp_path: Path) -> None:
    first = talk(tmp_path, "/training", "Debatteren", "Raadsacademie")
    assert "Wanneer begint de training?" in first
    again = talk(tmp_path, "8 december", "300", "Om te leren", "1", "@griet", "/goedkeuren 1", "1", "1")
    assert "┌─ voor Anna Bakker" in again
    assert "Uw aanvraag voor “Debatteren” is goedgekeurd." in again
    anew = talk(tmp_path, "/aanvragen", options=("--opnieuw",))
    assert "U hebt nog geen aanvragen gedaan" in anew


@pytest.mark.wire
def test_the_welcome_tells_what_can_be_done(tmp_path: Path) -> None:
    shown = talk(
        tmp_path,
        "@klok 2 weken",
        "@klok straks",
        "@niemand",
        "@griet",
        "@anna hallo",
        "@knop 1 van 999",
        "@knop ² van 1",
        "@einde",
        "x",
    )
    assert "De gemeente Voorbeeldstad is verzonnen" in shown
    assert "De klok is 2 weken verder." in shown
    assert "Herinnering" in shown
    assert "Zeg hoeveel" in shown
    assert "Ik ken geen niemand" in shown
    assert "U bent nu Griet Mulder" in shown
    assert "al voorbij" in shown
    assert not shown.rstrip().endswith("x")


def test_two_programs_cannot_serve_one_database(tmp_path: Path) -> None:
    database = tmp_path / "raadsmaat.sqlite3"
    with only_one(database), pytest.raises(AlreadyRunning, match="draait al"), only_one(database):
        raise AssertionError("the second was let in")
    with only_one(database):
        assert Path(f"{database}.lock").exists()


@pytest.mark.wire
def test_a_second_chat_and_a_group_can_be_tried(tmp_path: Path) -> None:
    asked = talk(tmp_path, "/koppel", "@groep /agenda", "@griet /groepen koppelen", "@griet 1")
    own, of_group = re.findall(r"\b[2-9a-z]{4}(?:-[2-9a-z]{4}){3}\b", asked)
    assert "In een groep geef ik geen antwoord" in asked
    linked = talk(tmp_path, f"@nieuw {own}", "@nieuw /instellingen", f"@groep /koppel {of_group}", "@groep /agenda")
    assert "Deze chat is nu ook van u" in linked
    assert "Uw chats" in linked
    assert "Gemeenteraad: dit komt er aan." in linked
