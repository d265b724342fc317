"""The server as a process of its own, that can be stopped, killed, frozen and started again."""

import hashlib
import hmac
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.synapse import configuration

_READY = 180.0  # seconds; three on a quiet machine, nine the first time
_ANSWER = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody on the server. `user` is the whole address (@anna-1:localhost); `token` belongs to `device`."""

    user: str
    password: str
    device: str
    token: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said: the status of HTTP, and the JSON."""

    status: int
    body: dict[str, Any]


class Synapse:
    """A server in a folder of its own. It keeps its port, accounts and rooms when it is started again.

    Its methods wait without asyncio: where a client runs in the same loop, call them with `asyncio.to_thread`.
    `strict`: five messages a second for each account; more gets a 429. `more` is set as it stands.
    """

    def __init__(self, folder: Path, *, strict: bool = False, **more: Any) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._port = _free_port()
        self._file = configuration.write(folder, self._port, strict=strict, more=more)
        self._process: subprocess.Popen[bytes] | None = None
        self._accounts = 0
        self.name = configuration.NAME
        self.url = f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        assert self._process is None
        command = [sys.executable, "-m", "synapse.app.homeserver", "-c", str(self._file)]
        with (self._folder / "output.log").open("ab") as output:
            self._process = subprocess.Popen(
                command, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        deadline = time.monotonic() + _READY
        while not self._healthy():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"Synapse did not start:\n{self._said()}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Lets the server end by itself: requests under way are answered."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends the server in the middle of whatever it does. Nothing happens when it does not run."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Connections stay open, and nothing is answered any more, until `thaw`."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Ends `freeze`: the server goes on with what it was doing."""
        self._signal(signal.SIGCONT)

    def register(self, name: str, *, admin: bool = False) -> Account:
        """A new account with a name that begins so, on a device; every call makes another."""
        self._accounts += 1
        user, password = f"{name}-{self._accounts}", secrets.token_urlsafe(12)
        nonce = self.call("GET", "/_synapse/admin/v1/register").body["nonce"]
        told = "\0".join([nonce, user, password, "admin" if admin else "notadmin"])
        proof = hmac.new(configuration.REGISTRATION_SECRET.encode(), told.encode(), hashlib.sha1).hexdigest()
        wish = {"nonce": nonce, "username": user, "displayname": name, "password": password, "admin": admin}
        answer = self.call("POST", "/_synapse/admin/v1/register", wish | {"mac": proof})
        if answer.status != 200:
            raise RuntimeError(f"{user} could not be registered: {answer}")
        return Account(answer.body["user_id"], password, answer.body["device_id"], answer.body["access_token"])

    def call(self, method: str, path: str, body: dict[str, Any] | None = None, token: str | None = None) -> Answer:
        """Any request: what a test wants to know of the server, or to have done, behind the back of the bot."""
        request = Request(self.url + path, method=method, data=None if body is None else json.dumps(body).encode())
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urlopen(request, timeout=_ANSWER) as answer:
                return Answer(answer.status, json.load(answer))
        except HTTPError as refusal:
            with refusal:
                return Answer(refusal.code, json.load(refusal))

    def _healthy(self) -> bool:
        try:
            with urlopen(f"{self.url}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (OSError, HTTPException):
            return False

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait()
            self._process = None

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        os.kill(self._process.pid, number)

    def _said(self) -> str:
        files = (self._folder / "output.log", self._folder / "homeserver.log")
        return "\n".join(file.read_text(encoding="utf-8")[-3000:] for file in files if file.exists())


def _free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])
