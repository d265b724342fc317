"""Whatever is typed behind `raadsmaat`: a Dutch sentence that says what to do, and the right code."""

from pathlib import Path

import pytest
import typer

from bot import usage
from bot.commands import app

ENGLISH = ("Usage", "Options", "Commands", "Show this", "Error", "Missing", "Invalid", "No such", "Try ", "unexpected")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("foo", "De opdracht “foo” is er niet. Met raadsmaat --help ziet u hoe het moet."),
        ("demo --foo", "De optie --foo is er niet. Met raadsmaat demo --help"),
        ("leden importeer", "Er ontbreekt iets: bestand. Met raadsmaat leden importeer --help"),
        ("kennis uitzetten motie", "Er ontbreekt iets: --reden."),
        ("gemeente toevoegen GM0344 --budget veel", "Bij --budget hoort een heel getal."),
        ("gemeente toevoegen GM0344 --budget -5", "Wat bij --budget staat, kan niet."),
        ("gemeente toevoegen GM0344 GM0363", "Er staat te veel: GM0363."),
        ("uitnodigingen --gemeente", "Achter --gemeente moet nog iets staan."),
    ],
)
def test_a_mistake_gets_a_sentence(words: str, sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert usage.run(app, words.split()) == 2
    said = capsys.readouterr()
    assert said.err.startswith(sentence)
    assert not said.out
    assert not [word for word in ENGLISH if word in said.err]


@pytest.mark.parametrize("words", ["", "kennis", "leden"])
def test_a_group_without_a_command_shows_what_there_is(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert usage.run(app, words.split()) == 2
    assert capsys.readouterr().err.startswith("Gebruik: raadsmaat")


def test_all_help_is_in_dutch_and_nothing_is_cut_off(capsys: pytest.CaptureFixture[str]) -> None:
    command = typer.main.get_command(app)
    groups = {"": command, **getattr(command, "commands", {})}
    for name, one in groups.items():
        for words in [[name], *([name, inner] for inner in getattr(one, "commands", {}))]:
            assert usage.run(app, [*filter(None, words), "--help"]) == 0
            said = capsys.readouterr().out
            assert "Toon deze uitleg." in said
            assert not [word for word in ENGLISH if word in said], said
            assert "...\n" not in said.replace("OPDRACHT ...", ""), said


def test_a_list_that_is_empty_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RAADSMAAT_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert usage.run(app, ["wetten", "lijst"]) == 0
    assert capsys.readouterr().out.startswith("Er zijn nog geen wetten ingelezen.")
