"""What the command line itself says, in Dutch: Typer says it in English, and cannot be given another language."""

import contextlib
import io
import re
import sys
from collections.abc import Sequence

import typer
from typer._click import exceptions

_HELP = {
    "Usage: ": "Gebruik: ",
    "[OPTIONS]": "[OPTIES]",
    "COMMAND [ARGS]...": "OPDRACHT ...",
    "Options:": "Opties:",
    "Commands:": "Opdrachten:",
    "Arguments:": "Wat erachter komt:",
    "Show this message and exit.": "Toon deze uitleg.",
    "<path>": "<bestand>",
    "<str>": "<tekst>",
    "<int>": "<getal>",
    "<int range>": "<getal>    ",  # as wide, so that the columns stay
    "[required]": "[verplicht]",
    "[default: ": "[standaard: ",
}
_ERRORS = (
    (r"No such command '(.*)'", "De opdracht “{}” is er niet."),
    (r"No such option: (\S+)", "De optie {} is er niet."),
    (r"Missing argument '(.*)'", "Er ontbreekt iets: {}."),
    (r"Missing option '(.*?)'", "Er ontbreekt iets: {}."),
    (r"Missing command", "Er ontbreekt een opdracht."),
    (r"Invalid value for '(.*?)'.*integer", "Bij {} hoort een heel getal."),
    (r"Invalid value for '(.*?)'", "Wat bij {} staat, kan niet."),
    (r"Got unexpected extra argument\S* \((.*)\)", "Er staat te veel: {}."),
    (r"Option '(.*)' requires", "Achter {} moet nog iets staan."),
)


def run(app: typer.Typer, words: Sequence[str]) -> int:
    """Runs what was typed behind the name of the program; returns its exit code. What cannot be understood is said
    in Dutch, with code 2."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said) if "--help" in words else contextlib.nullcontext():
            code = app(list(words), prog_name="raadsmaat", standalone_mode=False)
    except exceptions.NoArgsIsHelpError as error:
        typer.echo(_in_dutch(error.format_message()), err=True)
        return 2
    except exceptions.UsageError as error:
        name = error.ctx.command_path if error.ctx else "raadsmaat"
        typer.echo(f"{_sentence(error.format_message())} Met {name} --help ziet u hoe het moet.", err=True)
        return 2
    except typer.Abort:
        return 1
    sys.stdout.write(_in_dutch(said.getvalue()))
    return code if isinstance(code, int) else 0


def _in_dutch(text: str) -> str:
    for english, dutch in _HELP.items():
        text = text.replace(english, dutch)
    return text


def _sentence(message: str) -> str:
    for pattern, sentence in _ERRORS:
        if match := re.match(pattern, message, re.DOTALL):
            return sentence.format(*match.groups())
    return "Deze opdracht begrijp ik niet."
