"""What an installation sets: from the environment, a file, and for secrets also from files of their own.

Read once by an entry point and passed down. Every name is explained in docs/beheer.md.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "RAADSMAAT_"
_TELEGRAM = "api.telegram.org"
_WEBHOOK_PORTS = frozenset({443, 80, 88, 8443})  # https://core.telegram.org/bots/api#setwebhook
_SECRETS = ("telegram_token", "matrix_password", "matrix_access_token", "matrix_key")


class SettingsError(Exception):
    """Settings that are missing or wrong: all of them, each with what to do."""


class Settings(BaseSettings):
    """The settings of one installation.

    `data` is the directory of the database and everything else that must be kept and backed up.
    `matrix_invited_by` names the servers and people whose invitations to a room are accepted, with commas;
    `matrix_encrypted` is whether the chats that the bot opens itself are encrypted.
    `telegram_trace`: a message of which the answer was lost is looked for (docs/besluiten/0013).
    The `telegram_*` limits are those of the service; they are lowered only for tests and measurements.
    With a `web_port` the program has a web server, on `web_host`; people outside reach it at `web_url`.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True)

    data: Path = Path("data")
    telegram_token: SecretStr | None = None
    telegram_url: AnyHttpUrl = AnyHttpUrl(f"https://{_TELEGRAM}")
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_per_second: Annotated[float, Field(gt=0)] = 29.0
    telegram_in_flight: Annotated[int, Field(ge=1, le=1000)] = 8
    telegram_per_chat: Annotated[float, Field(ge=0)] = 1.0
    telegram_trace: bool = False
    matrix_server: AnyHttpUrl | None = None
    matrix_user: Annotated[str, Field(pattern=r"^@[^:\s]+:\S+$")] | None = None
    matrix_password: SecretStr | None = None
    matrix_access_token: SecretStr | None = None
    matrix_key: Annotated[SecretStr, Field(min_length=16)] | None = None
    matrix_invited_by: str | None = None
    matrix_encrypted: bool = True
    matrix_per_second: Annotated[float, Field(gt=0)] = 20.0
    matrix_in_flight: Annotated[int, Field(ge=1, le=1000)] = 8
    web_host: str = "127.0.0.1"
    web_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    web_url: AnyHttpUrl | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_json: bool = False

    @property
    def matrix_data(self) -> Path:
        """The directory of the Matrix device: its keys and its access token."""
        return self.data / "matrix"

    @property
    def matrix_inviters(self) -> list[str]:
        """The servers and people from whom an invitation to a room is accepted."""
        return [name.strip() for name in (self.matrix_invited_by or "").split(",") if name.strip()]

    @property
    def database(self) -> Path:
        """The file of the database."""
        return self.data / "raadsmaat.sqlite3"


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings from the environment and the file that RAADSMAAT_FILE names (“raadsmaat.env” otherwise).

    Raises SettingsError with everything that is wrong at once.
    """
    environment = os.environ if environment is None else environment
    file = Path(environment.get(f"{PREFIX}FILE", "raadsmaat.env"))
    values: dict[str, str] = {}
    problems: list[str] = []
    if file.exists():
        values |= _from_file(file, problems)
    elif f"{PREFIX}FILE" in environment:
        problems.append(f"{PREFIX}FILE: het bestand {file} is er niet. Maak het, of haal deze instelling weg.")
    values |= {name: value for name, value in environment.items() if name.startswith(PREFIX)}
    given = {name.removeprefix(PREFIX).lower(): value for name, value in values.items() if value != ""}
    for secret in _SECRETS:
        if path := given.pop(f"{secret}_file", None):
            try:
                given[secret] = Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                why = getattr(error, "strerror", None) or "geen leesbare tekst"
                problems.append(f"{PREFIX}{secret.upper()}_FILE: {path} kan niet worden gelezen ({why}).")
    given.pop("file", None)
    known = set(Settings.model_fields)
    problems += [
        f"{PREFIX}{name.upper()}: deze instelling bestaat niet. Kijk in docs/beheer.md hoe hij heet."
        for name in given
        if name not in known
    ]
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        problems += [f"{PREFIX}{str(problem['loc'][0]).upper()}: {_advice(problem)}" for problem in error.errors()]
    else:
        problems += [*_missing(settings), *_web(settings)]
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


def _missing(settings: Settings) -> list[str]:
    """What else Matrix needs, where something of it is set."""
    needed = {"server": settings.matrix_server, "user": settings.matrix_user, "key": settings.matrix_key}
    access = settings.matrix_password or settings.matrix_access_token
    if access is None and not any(needed.values()):
        return []
    problems = [
        f"{PREFIX}MATRIX_{name.upper()}: deze instelling is ook nodig voor Matrix. Kijk in docs/beheer.md."
        for name, value in needed.items()
        if value is None
    ]
    if access is None:
        problems.append(f"{PREFIX}MATRIX_PASSWORD: geef een wachtwoord, of een token ({PREFIX}MATRIX_ACCESS_TOKEN).")
    return problems


def _web(settings: Settings) -> Iterator[str]:
    """What does not go together in the settings of the web server and of what is brought to it."""
    if settings.web_port is None:
        for name in ("web_host", "web_url"):
            if getattr(settings, name) != Settings.model_fields[name].default:
                yield f"{PREFIX}{name.upper()}: dit werkt alleen samen met {PREFIX}WEB_PORT."
    if (url := settings.web_url) is not None:
        local = url.host in ("localhost", "127.0.0.1")
        if url.query or url.fragment or url.username or (url.scheme != "https" and not local):
            yield f"{PREFIX}WEB_URL: geef het adres van buiten, zoals https://raadsmaat.gemeente.nl."
        elif settings.telegram_url.host == _TELEGRAM and not local and url.port not in _WEBHOOK_PORTS:
            yield f"{PREFIX}WEB_URL: Telegram komt alleen op poort 443, 80, 88 of 8443."
    if settings.telegram_mode == "webhook":
        needed = {"telegram_token": settings.telegram_token, "web_port": settings.web_port, "web_url": settings.web_url}
        for name, value in needed.items():
            if value is None:
                yield f"{PREFIX}{name.upper()}: deze instelling is ook nodig als {PREFIX}TELEGRAM_MODE webhook is."


def _from_file(file: Path, problems: list[str]) -> dict[str, str]:
    from dotenv import dotenv_values

    try:
        text = dotenv_values(file, interpolate=False, encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        problems.append(f"{PREFIX}FILE: {file} kan niet worden gelezen als tekst.")
        return {}
    return {name: value or "" for name, value in text.items() if name.startswith(PREFIX)}


_ADVICE = {
    "string_too_short": "dit is te kort. Maak een sleutel met: openssl rand -base64 32",
    "too_short": "dit is te kort. Maak een sleutel met: openssl rand -base64 32",
    "url": "dit is geen webadres. Het begint met https:// (of http:// op deze computer).",
    "literal_error": "kies {expected}.",
    "string_pattern_mismatch": "dit is geen Matrix-adres. Het ziet eruit als @raadsmaat:gemeente.nl.",
    "greater_than": "dit moet een getal groter dan {gt} zijn.",
    "greater_than_equal": "dit moet {ge} of meer zijn.",
    "less_than_equal": "dit mag hoogstens {le} zijn.",
    "int": "dit moet een heel getal zijn.",
    "float": "dit moet een getal zijn, met een punt voor de cijfers achter de komma.",
    "bool": "kies true of false.",
}


def _advice(problem: Mapping[str, Any]) -> str:
    kind = str(problem["type"])
    for name in (kind, kind.partition("_")[0]):
        if name in _ADVICE:
            context = {key: str(value) for key, value in problem.get("ctx", {}).items()}
            context["expected"] = context.get("expected", "").replace("'", "").replace(" or ", " of ")
            return _ADVICE[name].format(**context)
    return "deze waarde kan niet. Kijk in docs/beheer.md wat hier hoort."
