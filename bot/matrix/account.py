"""The bot's account: signed in once, on one device for life."""

import logging
import secrets
from collections.abc import Awaitable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import structlog
from nio import AsyncClient, AsyncClientConfig, ErrorResponse
from vodozemac import PickleException

from bot.matrix import kept
from bot.matrix.errors import NO_ANSWER, Refused, checked
from bot.matrix.keystore import KeyStore
from config.settings import Settings

T = TypeVar("T")

log = structlog.get_logger()

# The library's own log names people and rooms. What matters of it is said by us.
logging.getLogger("nio").addHandler(logging.NullHandler())
logging.getLogger("nio").propagate = False

_DEVICE = "device.json"  # the account, the device and its access token
_KEYS = "keys.sqlite3"  # the library's store: everything that opens encrypted messages
_TROUBLE = "trouble.json"
_NAME = "Raadsmaat"  # of the account, and of its device for people who look at its devices
_SECONDS = 30.0  # that an answer may take


@dataclass(frozen=True, slots=True)
class Login:
    """What the settings say of the account. `key` locks what is kept in `folder`; it never leaves this computer.

    Either a password or an access token; they are used once, and what came of it is kept in `folder`.
    """

    server: str
    user: str
    key: str = field(repr=False)
    folder: Path
    password: str | None = field(default=None, repr=False)
    access_token: str | None = field(default=None, repr=False)


def from_settings(settings: Settings) -> Login:
    """The account that the settings name; they were checked to name one."""
    assert settings.matrix_server is not None
    assert settings.matrix_user is not None
    assert settings.matrix_key is not None
    password, token = settings.matrix_password, settings.matrix_access_token
    return Login(
        server=str(settings.matrix_server),
        user=settings.matrix_user,
        key=settings.matrix_key.get_secret_value(),
        folder=settings.matrix_data,
        password=password.get_secret_value() if password else None,
        access_token=token.get_secret_value() if token else None,
    )


class AccountError(Exception):
    """The account cannot be used; the sentence says so to the administrator, and what to do."""


async def sign_in(login: Login) -> AsyncClient:
    """The client on its own device: the one it always had, or, the very first time, a new one.

    Raises AccountError when the account does not allow it, Refused when the server is in trouble, and
    NO_ANSWER when it is not there.
    """
    file = kept.folder(login.folder) / _DEVICE
    known = kept.read(file)
    if known and known["user"] != login.user:
        raise AccountError(
            f"In {login.folder} staan de sleutels van {known['user']}, en niet van {login.user}. "
            "Zet het account in de instellingen terug, of geef het nieuwe account een eigen map."
        )
    if not known:
        # The device gets its name here, before the first login: who is cut off in between asks for the same again.
        known = {"user": login.user, "device": f"RAADSMAAT{secrets.token_hex(4).upper()}", "token": ""}
        kept.write(file, known)
    client = _client(login, known["device"])
    try:
        if not known["token"]:
            await _first_login(client, login)
            await _introduce(client)
            known |= {"device": client.device_id, "token": client.access_token}
            kept.write(file, known)
        _unlock(client, login.user, known["device"], known["token"])
        if await _must_log_in_again(client):
            await _log_in_again(client, login)
            known |= {"token": client.access_token}
            kept.write(file, known)
        await _confirmed(client, login)
    except BaseException:
        await client.close()
        raise
    return client


def _client(login: Login, device: str) -> AsyncClient:
    config = AsyncClientConfig(
        store=KeyStore,
        encryption_enabled=True,
        store_sync_tokens=False,  # it stores them before we have stored what was said
        store_name=_KEYS,
        pickle_key=login.key,
        max_limit_exceeded=0,
        max_timeouts=0,
        request_timeout=_SECONDS,
    )
    (login.folder / _KEYS).touch(0o600)
    return AsyncClient(login.server.rstrip("/"), login.user, device, str(login.folder), config)


async def _first_login(client: AsyncClient, login: Login) -> None:
    if login.access_token is not None:
        client.access_token = login.access_token
        found = await _asked(client.whoami(), login)
        if found.user_id != login.user:
            raise AccountError(f"Het Matrix-token is van {found.user_id}, en niet van {login.user}.")
        if not found.device_id:
            raise AccountError("Bij dit Matrix-token hoort geen apparaat. Gebruik het token van een gewone login.")
        client.device_id = found.device_id
        return
    assert login.password is not None
    answer = await _asked(client.login(login.password, _NAME), login)
    if answer.user_id != login.user:
        raise AccountError(f"De Matrix-server noemt dit account {answer.user_id}. Zet dat in RAADSMAAT_MATRIX_USER.")


async def _introduce(client: AsyncClient) -> None:
    """Gives the account a name, if it is still called after its address."""
    try:
        answer = await client.get_displayname()
        if isinstance(answer, ErrorResponse) and answer.status_code in (None, "M_NOT_FOUND"):
            shown = None  # the library takes an account without a name for an answer that is wrong
        else:
            shown = checked(answer).displayname
        if shown in (None, "", client.user_id[1:].partition(":")[0]):
            checked(await client.set_displayname(_NAME))
    except (Refused, *NO_ANSWER) as error:
        log.warning("the account could not be given a name", error=type(error).__name__)


def _unlock(client: AsyncClient, user: str, device: str, token: str) -> None:
    try:
        client.restore_login(user, device, token)
    except PickleException:
        raise AccountError(
            "De sleutel RAADSMAAT_MATRIX_KEY past niet op de bewaarde Matrix-sleutels. Zet de oude sleutel terug."
        ) from None


async def _must_log_in_again(client: AsyncClient) -> bool:
    """Whether the token has expired and the device stays, with all its keys (in the specification: a soft logout)."""
    answer = await client.whoami()
    return isinstance(answer, ErrorResponse) and answer.soft_logout


async def _log_in_again(client: AsyncClient, login: Login) -> None:
    if login.password is None:
        raise AccountError(
            "Het Matrix-token is verlopen. De server wil dat de bot opnieuw inlogt, op hetzelfde apparaat. "
            "Zet het wachtwoord in RAADSMAAT_MATRIX_PASSWORD en start Raadsmaat weer. Er gaat niets verloren."
        )
    device = client.device_id
    answer = await _asked(client.login(login.password, _NAME), login)
    if answer.device_id != device:
        raise AccountError(
            "De Matrix-server gaf de bot een ander apparaat. Meld het account opnieuw aan: docs/beheer.md."
        )


async def _confirmed(client: AsyncClient, login: Login) -> None:
    device = client.device_id
    found = await _asked(client.whoami(), login)
    if (found.user_id, found.device_id) != (login.user, device):
        raise AccountError("Het bewaarde Matrix-token hoort bij een ander account of apparaat. Zet een kopie terug.")


async def _asked(call: Awaitable[T | ErrorResponse], login: Login) -> T:
    try:
        answer: T = checked(await call)
        return answer
    except Refused as refused:
        if refused.busy:
            raise
        if refused.no_access:
            raise AccountError(
                f"De Matrix-server kent dit token niet (meer). Is {login.user} ergens anders uitgelogd? "
                "Kijk in docs/beheer.md, onder Matrix, hoe u het account opnieuw aanmeldt."
            ) from None
        raise AccountError(
            f"De Matrix-server laat {login.user} niet inloggen ({refused}). "
            "Kijk of het account bestaat en of het wachtwoord klopt."
        ) from None


def note_trouble(folder: Path, sentence: str) -> None:
    """Keeps why Matrix does not work now, for the doctor; an empty sentence when it works again."""
    kept.note(kept.folder(folder) / _TROUBLE, sentence)


def kept_client(login: Login) -> AsyncClient | None:
    """A client that can ask things as the bot's device, and cannot decrypt; None before the first login."""
    known = kept.read(login.folder / _DEVICE)
    if not known.get("token"):
        return None
    config = AsyncClientConfig(max_limit_exceeded=0, max_timeouts=0, request_timeout=_SECONDS)
    client = AsyncClient(login.server.rstrip("/"), login.user, known["device"], config=config)
    client.user_id, client.access_token = login.user, known["token"]
    return client


async def look(login: Login) -> tuple[bool, str]:
    """For the doctor: whether the account works, and a sentence about it (Dutch, with what to do). Changes nothing."""
    client = AsyncClient(login.server.rstrip("/"), login.user, config=AsyncClientConfig(max_timeouts=0))
    try:
        known = kept.read(login.folder / _DEVICE)
        trouble = kept.noted(login.folder / _TROUBLE)
        if not known.get("token"):
            checked(await client.login_info())
            return not trouble, trouble or f"De Matrix-server is bereikbaar; {login.user} is nog niet ingelogd."
        client.access_token = known["token"]
        await _asked(client.whoami(), login)
    except AccountError as error:
        return False, str(error)
    except (Refused, *NO_ANSWER) as error:
        return False, f"De Matrix-server {login.server} is niet bereikbaar ({type(error).__name__}). Klopt het adres?"
    finally:
        await client.close()
    return not trouble, trouble or f"Matrix is bereikbaar; de bot heet {login.user}."
