"""A real Synapse on this machine: no federation, no rate limits, and a database that is thrown away."""

import asyncio
import hashlib
import hmac
import json
import secrets
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp

SERVER = "localhost"
_SECRET = "only for tests"
_FREE = {"per_second": 100_000, "burst_count": 1_000_000}
_UNLIMITED: dict[str, Any] = {
    "rc_message": _FREE,
    "rc_registration": _FREE,
    "rc_admin_redaction": _FREE,
    "rc_joins_per_room": _FREE,
    "rc_room_creation": _FREE,
    "rc_login": {"address": _FREE, "account": _FREE, "failed_attempts": _FREE},
    "rc_joins": {"local": _FREE, "remote": _FREE},
    "rc_invites": {"per_room": _FREE, "per_user": _FREE, "per_issuer": _FREE},
}
_LOGS: dict[str, Any] = {
    "version": 1,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"level": "WARNING", "handlers": ["console"]},
}


class Refused(Exception):
    """Synapse said no; `code` is its error code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


@dataclass
class User:
    """An account, used over plain HTTP."""

    server: "Synapse"
    id: str
    token: str
    device: str

    async def asks(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        """Any call of the client API; returns its answer, raises Refused."""
        return await self.server.call(method, f"/_matrix/client/v3{path}", body, token=self.token, query=query)


@dataclass
class Synapse:
    """The server and its process."""

    folder: Path
    port: int = field(default_factory=lambda: _free_port())
    _process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Starts it, with what it remembers of an earlier time, and waits until it answers."""
        config = self._configured()
        with (self.folder / "synapse.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "synapse.app.homeserver", "-c", str(config), stdout=log, stderr=log
            )
        async with asyncio.timeout(60):
            while not await self._healthy():
                if self._process.returncode is not None:
                    raise RuntimeError((self.folder / "synapse.log").read_text(errors="replace")[-4000:])
                await asyncio.sleep(0.1)

    async def stop(self) -> None:
        """Stops it as an administrator does."""
        if self._process and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    async def user(self, name: str, *, admin: bool = False) -> User:
        """A new account. The name gets something added, so that tests do not meet each other's people."""
        name = f"{name}-{secrets.token_hex(3)}"
        path = "/_synapse/admin/v1/register"
        nonce = (await self.call("GET", path))["nonce"]
        words = "\0".join([nonce, name, "geheim", "admin" if admin else "notadmin"])
        mac = hmac.new(_SECRET.encode(), words.encode(), hashlib.sha1).hexdigest()
        given = {"nonce": nonce, "username": name, "password": "geheim", "admin": admin, "mac": mac}
        made = await self.call("POST", path, given)
        return User(self, made["user_id"], made["access_token"], made["device_id"])

    async def limit(self, user_id: str, per_second: int, burst: int) -> None:
        """Holds one account to so many messages a second."""
        admin = await self.user("beheer", admin=True)
        await self.call(
            "POST",
            f"/_synapse/admin/v1/users/{quote(user_id)}/override_ratelimit",
            {"messages_per_second": per_second, "burst_count": burst},
            token=admin.token,
        )

    async def call(
        self, method: str, path: str, body: Any = None, *, token: str = "", query: dict[str, str] | None = None
    ) -> Any:
        """One request; raises Refused."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.request(method, f"{self.url}{path}", json=body, params=query) as answer,
        ):
            said = await answer.json(content_type=None)
            if answer.status != 200:
                raise Refused(answer.status, said.get("errcode", ""))
            return said

    async def _healthy(self) -> bool:
        try:
            async with aiohttp.ClientSession() as session, session.get(f"{self.url}/health") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    def _configured(self) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        config, logs, key = (self.folder / name for name in ("homeserver.json", "logs.json", "signing.key"))
        if not key.exists():
            from signedjson.key import generate_signing_key, write_signing_keys

            with key.open("w") as file:
                write_signing_keys(file, [generate_signing_key("test")])
        logs.write_text(json.dumps(_LOGS))
        listener = {
            "port": self.port,
            "bind_addresses": ["127.0.0.1"],
            "type": "http",
            "tls": False,
            "resources": [{"names": ["client"], "compress": False}],
        }
        config.write_text(
            json.dumps(
                {
                    "server_name": SERVER,
                    "listeners": [listener],
                    "database": {"name": "sqlite3", "args": {"database": str(self.folder / "homeserver.db")}},
                    "signing_key_path": str(key),
                    "media_store_path": str(self.folder / "media"),
                    "pid_file": str(self.folder / "synapse.pid"),
                    "log_config": str(logs),
                    "registration_shared_secret": _SECRET,
                    "macaroon_secret_key": "x",
                    "form_secret": "x",
                    "trusted_key_servers": [],
                    "suppress_key_server_warning": True,
                    "federation_domain_whitelist": [],
                    "report_stats": False,
                    "url_preview_enabled": False,
                    "presence": {"enabled": False},
                    "user_directory": {"enabled": False},
                    "bcrypt_rounds": 4,
                    **_UNLIMITED,
                }
            )
        )
        return config


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
