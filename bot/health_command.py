"""`raadsmaat gezond`: asks the running program how it is, for a person and for Docker. Light: it runs every minute."""

import json
import urllib.error
import urllib.request
from typing import Any

import typer

from bot.entry import read_settings, stop

_SECONDS = 20.0  # longer than the program itself takes to find out
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def healthy() -> None:
    """Vraag het draaiende programma hoe het ermee gaat. Code 1 als het zijn werk niet doet."""
    settings = read_settings()
    if settings.web_port is None:
        stop("De webserver staat uit. Zet RAADSMAAT_WEB_PORT in raadsmaat.env, of gebruik: raadsmaat doctor.")
    answer = ask(settings.web_host, settings.web_port)
    if answer is None:
        stop("Raadsmaat geeft geen antwoord. Draait het wel, met deze instellingen?")
    found, works = answer
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    if not works:
        raise typer.Exit(1)


def ask(host: str, port: int) -> tuple[Any, bool] | None:
    """What the running program tells, and whether it does its work; None when there is no answer."""
    host = _EVERYWHERE.get(host, host)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/gezond"
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        try:
            answer, works = direct.open(address, timeout=_SECONDS), True
        except urllib.error.HTTPError as error:
            answer, works = error, False
        with answer:
            found = json.load(answer)
    except (OSError, ValueError):
        return None
    return (found, works) if isinstance(found, dict) and "toestand" in found else None
