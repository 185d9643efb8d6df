"""What the files of deploy/ and the page about operating name, exists: settings, metrics, commands of the program."""

import re
import shlex
from pathlib import Path

import aiohttp
import pytest

from bot.settings import Settings
from tests.stage import Stage

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
SETTINGS = {name.upper() for name in Settings.model_fields}
# Not ours: what PostgreSQL's image, Caddy and the reader of the page know.
OF_OTHERS = {"SITE", "POSTGRES_DB", "POSTGRES_USER", "POSTGRES_PASSWORD_FILE"}
DATABASE_PASSWORD = "database_password"


def read(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def section(text: str, name: str) -> str:
    """A block of the first level of a YAML file."""
    found = re.search(rf"^{name}:\n((?:[ #].*\n|\n)+)", text, re.MULTILINE)
    assert found, name
    return found[1]


def test_compose_names_only_settings_there_are() -> None:
    text = read("compose.yaml")
    named = set(re.findall(r"^ +([A-Z][A-Z_]+): ", text, re.MULTILINE)) | set(re.findall(r"\$\{([A-Z_]+)", text))
    assert {"WEB_HOST", "ERASURE_LIST"} <= named <= SETTINGS | OF_OTHERS


def test_every_secret_of_compose_is_a_setting_and_has_its_file() -> None:
    text = read("compose.yaml")
    files = dict(re.findall(r"^  (\w+):\n    file: \./secrets/(\w+)$", section(text, "secrets"), re.MULTILINE))
    used = set(re.findall(r"^      - ([a-z_]+)$", section(text, "services"), re.MULTILINE))
    assert files == {name: name for name in used - {"bot"}}
    assert {name.upper() for name in files} - {DATABASE_PASSWORD.upper()} <= SETTINGS


def test_every_volume_of_compose_is_declared() -> None:
    text = read("compose.yaml")
    declared = set(re.findall(r"^  (\w+):$", section(text, "volumes"), re.MULTILINE))
    assert set(re.findall(r"^ +- (\w+):/", section(text, "services"), re.MULTILINE)) == declared


@pytest.mark.parametrize("name", ["alumni-bot.service", "alumni-bot-backup.service"])
def test_the_units_call_the_program_with_settings_there_are(name: str) -> None:
    lines = [line.partition("=") for line in read(name).splitlines() if "=" in line and not line.startswith("#")]
    given = {value.partition("=")[0] for key, _sign, value in lines if key == "Environment"}
    (call,) = [value for key, _sign, value in lines if key == "ExecStart"]
    assert given <= SETTINGS
    assert shlex.split(call)[1:3] == ["-m", "bot"]
    hardened = {key for key, _sign, _value in lines}
    assert {"DynamicUser", "NoNewPrivileges", "ProtectSystem", "CapabilityBoundingSet"} <= hardened


def test_both_units_are_as_hardened_as_each_other() -> None:
    def sandbox(name: str) -> list[str]:
        lines = [line for line in read(name).splitlines() if not line.startswith("#")]
        return [line for line in lines[lines.index("DynamicUser=yes") :] if line][:25]

    assert sandbox("alumni-bot.service")[:24] == sandbox("alumni-bot-backup.service")[:24]


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_no_proxy_hands_the_figures_to_the_world(name: str) -> None:
    assert re.search(r"/metrics (\{ return 404; \}|404)", read(name))


@pytest.mark.database("sqlite")
async def test_alerts_and_the_page_name_figures_there_are(stage: Stage) -> None:
    async with aiohttp.ClientSession() as client, client.get(f"{stage.app.web_address()}/metrics") as answer:
        told = await answer.text()
    kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)$", told, re.MULTILINE))
    parts = {"histogram": ("_bucket", "_count", "_sum"), "summary": ("_count", "_sum")}
    figures = {name + part for name, kind in kinds.items() for part in parts.get(kind, ("",))}
    for page in ("alerts.yml", "OPERATING.md"):
        named = set(re.findall(r"\balumni_[a-z_0-9]+", read(page)))
        assert named and named <= figures, page


def test_the_page_names_only_settings_there_are() -> None:
    named = set(re.findall(r"`([A-Z][A-Z]+_[A-Z_]+)(?:=[^`]*)?`", read("OPERATING.md")))
    assert {"SECRET_KEY", "ERASURE_LIST", "METRICS_TOKEN"} <= named <= SETTINGS
