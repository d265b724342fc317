"""Settings: from where they come, and what is said when they are wrong."""

from pathlib import Path

import pytest

from bot.matrix.account import Login
from config.settings import SettingsError, read


def test_defaults_need_nothing() -> None:
    settings = read({})
    assert settings.database == Path("data/raadsmaat.sqlite3")
    assert settings.telegram_token is None


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "raadsmaat.env"
    file.write_text("RAADSMAAT_DATA=/uit/bestand\nRAADSMAAT_LOG_LEVEL=debug\nANDERS=1\n", encoding="utf-8")
    settings = read({"RAADSMAAT_FILE": str(file), "RAADSMAAT_DATA": "/uit/omgeving"})
    assert settings.data == Path("/uit/omgeving")
    assert settings.log_level == "debug"


def test_a_secret_can_stand_in_a_file_of_its_own_and_is_not_shown(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("123:geheim\n", encoding="utf-8")
    settings = read({"RAADSMAAT_TELEGRAM_TOKEN_FILE": str(secret)})
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == "123:geheim"
    assert "geheim" not in repr(settings)


def test_what_matrix_is_signed_in_with_is_not_shown_either() -> None:
    login = Login("https://matrix.example", "@bot:matrix.example", "geheim", Path("matrix"), "geheim", "geheim")
    assert "geheim" not in repr(login)
    assert "@bot:matrix.example" in repr(login)


def test_an_empty_setting_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read({"RAADSMAAT_TELEGRAM_TOKEN": ""}).telegram_token is None
    monkeypatch.setenv("RAADSMAAT_WEB_PORT", "")  # as “${WEB_PORT:-}” in a compose file leaves it
    assert read().web_port is None


def test_everything_wrong_is_named_at_once_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read(
            {
                "RAADSMAAT_TELEGRAM_PER_SECOND": "0",
                "RAADSMAAT_TELEGRAM_IN_FLIGHT": "veel",
                "RAADSMAAT_TELEGRAM_URL": "telegram",
                "RAADSMAAT_LOG_LEVEL": "alles",
                "RAADSMAAT_LOG_JSON": "misschien",
                "RAADSMAAT_TELEGRAM_TOKEN_FILE": str(tmp_path / "nergens"),
                "RAADSMAAT_TOKKEN": "x",
                "RAADSMAAT_FILE": str(tmp_path / "weg.env"),
            }
        )
    lines = dict(line.split(": ", 1) for line in str(caught.value).splitlines())
    assert set(lines) == {
        "RAADSMAAT_TELEGRAM_PER_SECOND",
        "RAADSMAAT_TELEGRAM_IN_FLIGHT",
        "RAADSMAAT_TELEGRAM_URL",
        "RAADSMAAT_LOG_LEVEL",
        "RAADSMAAT_LOG_JSON",
        "RAADSMAAT_TELEGRAM_TOKEN_FILE",
        "RAADSMAAT_TOKKEN",
        "RAADSMAAT_FILE",
    }
    assert lines["RAADSMAAT_TELEGRAM_PER_SECOND"] == "dit moet een getal groter dan 0.0 zijn."
    assert lines["RAADSMAAT_TELEGRAM_IN_FLIGHT"] == "dit moet een heel getal zijn."
    assert "Input" not in str(caught.value)


def wrong(**given: str) -> list[str]:
    """The names of the settings that are named as wrong, or as missing."""
    with pytest.raises(SettingsError) as caught:
        read({f"RAADSMAAT_{name}": value for name, value in given.items()})
    return [line.partition(":")[0].removeprefix("RAADSMAAT_") for line in str(caught.value).splitlines()]


def test_what_a_webhook_needs_is_named_all_at_once() -> None:
    assert wrong(TELEGRAM_MODE="webhook") == ["TELEGRAM_TOKEN", "WEB_PORT", "WEB_URL"]
    whole = {"TELEGRAM_MODE": "webhook", "TELEGRAM_TOKEN": "1:x", "WEB_PORT": "8080", "WEB_URL": "https://a.nl/bot"}
    assert read({f"RAADSMAAT_{name}": value for name, value in whole.items()}).telegram_mode == "webhook"
    for url in ("http://a.nl", "https://a.nl:8080", "https://a.nl/?x=1", "https://u@a.nl", "ftp://a.nl"):
        assert wrong(**whole | {"WEB_URL": url}) == ["WEB_URL"], url
    own = whole | {"WEB_URL": "https://a.nl:8081", "TELEGRAM_URL": "http://telegram.gemeente.nl"}
    assert read({f"RAADSMAAT_{name}": value for name, value in own.items()}).web_port == 8080
    assert wrong(WEB_HOST="0.0.0.0", WEB_URL="https://a.nl") == ["WEB_HOST", "WEB_URL"]
    assert wrong(WEB_PORT="70000") == ["WEB_PORT"]


def test_what_can_be_chosen_is_named() -> None:
    with pytest.raises(SettingsError) as caught:
        read({"RAADSMAAT_TELEGRAM_MODE": "duw", "RAADSMAAT_LOG_LEVEL": "alles"})
    assert "TELEGRAM_MODE: kies polling of webhook." in str(caught.value)
    assert "LOG_LEVEL: kies debug, info, warning of error." in str(caught.value)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "raadsmaat.env"
    file.write_bytes(b"RAADSMAAT_DATA=\xff\xfe\n")
    with pytest.raises(SettingsError, match="kan niet worden gelezen"):
        read({"RAADSMAAT_FILE": str(file)})
