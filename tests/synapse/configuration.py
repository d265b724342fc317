"""How the test server is set up: nothing outside this machine, no limits unless a test wants them."""

import base64
import json
import os
from pathlib import Path
from typing import Any

NAME = "localhost"  # of the server, and so the end of every address on it
REGISTRATION_SECRET = "for-tests-only"

_ENDLESS = {"per_second": 100_000, "burst_count": 1_000_000}
_LIMITS: dict[str, Any] = {
    "rc_message": _ENDLESS,
    "rc_registration": _ENDLESS,
    "rc_registration_token_validity": _ENDLESS,
    "rc_admin_redaction": _ENDLESS,
    "rc_joins_per_room": _ENDLESS,
    "rc_3pid_validation": _ENDLESS,
    "rc_room_creation": _ENDLESS,
    "rc_media_create": _ENDLESS,
    "rc_user_directory": _ENDLESS,
    "rc_reports": _ENDLESS,
    "rc_delayed_event_mgmt": _ENDLESS,
    "rc_login": {"address": _ENDLESS, "account": _ENDLESS, "failed_attempts": _ENDLESS},
    "rc_joins": {"local": _ENDLESS, "remote": _ENDLESS},
    "rc_invites": {"per_room": _ENDLESS, "per_user": _ENDLESS, "per_issuer": _ENDLESS},
    "rc_presence": {"per_user": _ENDLESS},
}


def write(folder: Path, port: int, *, strict: bool, more: dict[str, Any]) -> Path:
    """Writes everything the server reads, and returns its configuration. JSON is YAML as well.

    `strict`: five messages a second for each account, five at once; more gets a 429. `more`: what else is set.
    """
    log = folder / "homeserver.log"
    logging = {
        "version": 1,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": {"file": {"class": "logging.FileHandler", "filename": str(log), "formatter": "line"}},
        "root": {"level": "WARNING", "handlers": ["file"]},
        "disable_existing_loggers": False,
    }
    key = base64.b64encode(os.urandom(32)).decode().rstrip("=")
    (folder / "signing.key").write_text(f"ed25519 a_tests {key}\n", encoding="utf-8")
    (folder / "logging.json").write_text(json.dumps(logging), encoding="utf-8")
    file = folder / "homeserver.json"
    file.write_text(json.dumps(_configuration(folder, port, strict) | more), encoding="utf-8")
    return file


def _configuration(folder: Path, port: int, strict: bool) -> dict[str, Any]:
    listener = {
        "port": port,
        "bind_addresses": ["127.0.0.1"],
        "type": "http",
        "tls": False,
        "resources": [{"names": ["client"], "compress": False}],
    }
    return {
        "server_name": NAME,
        "public_baseurl": f"http://127.0.0.1:{port}/",
        "listeners": [listener],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "signing_key_path": str(folder / "signing.key"),
        "media_store_path": str(folder / "media"),
        "pid_file": str(folder / "homeserver.pid"),
        "log_config": str(folder / "logging.json"),
        "registration_shared_secret": REGISTRATION_SECRET,
        "macaroon_secret_key": "for-tests-only",
        "form_secret": "for-tests-only",
        "enable_registration": False,
        "bcrypt_rounds": 4,
        "trusted_key_servers": [],
        "suppress_key_server_warning": True,
        "federation_domain_whitelist": [],
        "report_stats": False,
        "url_preview_enabled": False,
        "presence": {"enabled": False},
        "user_directory": {"enabled": False},
        **_LIMITS,
        **({"rc_message": {"per_second": 5, "burst_count": 5}} if strict else {}),
    }
