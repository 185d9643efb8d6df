"""Settings: wrong ones are reported all at once, by name, and nothing starts."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import Settings, WrongSettings, read_settings

EXAMPLE = Path(__file__).parent.parent / ".env.example"


def test_the_example_names_every_setting_in_order_with_a_line_each() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    named = re.findall(r"^(?:# )?([A-Z_]+)=", text, re.MULTILINE)
    assert named == [name.upper() for name in Settings.model_fields]
    for name, field in Settings.model_fields.items():
        assert f"# {field.description}\n" in text, name


def test_the_example_shows_the_defaults() -> None:
    shown = dict(re.findall(r"^# ([A-Z_]+)=(.*)$", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE))
    for name, value in shown.items():
        default = Settings.model_fields[name.lower()].default
        assert value == ("" if default in (None, ()) else str(default)), name


def test_all_faults_are_reported_at_once() -> None:
    with pytest.raises(WrongSettings) as caught:
        read_settings(_env_file=None, secret_key="short", bot_token="abc", database_url="mysql://x/y", web_port=99999)
    assert [line.split(":")[0] for line in caught.value.lines] == [
        "SECRET_KEY",
        "DATABASE_URL",
        "BOT_TOKEN",
        "WEB_PORT",
    ]


@pytest.mark.parametrize("country", ["CN", "XX", "de", "Germany", "276", "ZZ"])
def test_the_country_of_the_servers_is_known_and_not_mainland_china(country: str) -> None:
    with pytest.raises(WrongSettings, match="HOSTED_IN: must be a country by its two letters"):
        read_settings(_env_file=None, secret_key="x" * 32, hosted_in=country)


def test_secrets_may_be_files_and_the_environment_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret_key").write_text("k" * 32 + "\n", encoding="ascii")
    (tmp_path / "bot_token").write_text("\n", encoding="ascii")
    (tmp_path / "network_name").write_text("From a file", encoding="ascii")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("NETWORK_NAME", "From outside")
    settings = read_settings(_env_file=None)
    assert (settings.secret_key.get_secret_value(), settings.network_name) == ("k" * 32, "From outside")
    assert settings.bot_token is None


def test_no_fault_repeats_a_secret() -> None:
    with pytest.raises(WrongSettings) as caught:
        read_settings(_env_file=None, secret_key="hunter2", bot_token="very-secret-token")
    assert "hunter2" not in str(caught.value)
    assert "very-secret-token" not in str(caught.value)


def test_a_webhook_without_its_secret_is_refused() -> None:
    with pytest.raises(WrongSettings, match="WEBHOOK_SECRET"):
        read_settings(_env_file=None, secret_key="x" * 32, bot_token="1:a", webhook_url="https://bot.example")


def test_with_wrong_settings_the_program_says_so_and_does_not_start(tmp_path: Path) -> None:
    environment = {**os.environ, "SECRET_KEY": "short", "DATABASE_URL": "nonsense"}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "run"], capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=60
    )
    assert done.returncode == 2
    assert "SECRET_KEY: must have at least 32 random characters" in done.stdout
    assert "DATABASE_URL: is not a database address" in done.stdout
