"""Settings, read once from the environment, `.env` and files of secrets. All faults are reported at once, by name."""

import os
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from re import fullmatch
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.conversation.house import Controller, House
from bot.domain.matching import Weights
from bot.domain.retention import Keep
from db.places import name_country


class WrongSettings(Exception):
    """What is wrong with the settings, one line each."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class Settings(BaseSettings):
    """Every setting there is; `.env.example` explains them in the same order."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    network_name: str = Field("Alumni network", description="Name of the network, as members read it")
    secret_key: SecretStr = Field(description="At least 32 random characters; codes and sessions are hashed with it")
    database_url: str = Field(
        "sqlite:///alumni.db", description="sqlite:///file.db or postgresql://user:password@host/name"
    )
    sqlite_synchronous: Literal["NORMAL", "FULL"] = Field(
        "NORMAL", description="SQLite only: FULL also survives a power cut, at one disk flush a message"
    )
    database_threads: int = Field(4, ge=1, le=32, description="PostgreSQL only: turns worked on at the same time")
    bot_token: SecretStr | None = Field(None, description="Token from @BotFather; without one only the web door opens")
    telegram_api_url: str = Field("https://api.telegram.org", description="Another address: a local Bot API server")
    telegram_proxy: str | None = Field(None, description="http://… or socks5://…: proxy to Telegram")
    messages_per_second: float = Field(29.6, gt=0, le=5000, description="Telegram allows about 30 over all")
    seconds_per_chat: float = Field(1.0, ge=0, le=10, description="Telegram allows about one a second in a chat")
    paid_broadcast: bool = Field(
        False, description="Pay Telegram for announcements beyond 30 a second; then up to 1000 MESSAGES_PER_SECOND"
    )
    weekly_budget: int = Field(
        3, ge=1, le=50, description="Announcements and invitations a person gets within seven days; more wait"
    )
    confirmed_above: int = Field(500, ge=0, description="An announcement to more people needs a second coordinator")
    verify_days: int = Field(
        2, ge=1, le=30, description="Working days in which a registration is usually looked at, as newcomers read it"
    )
    names_per_day: int = Field(100, ge=10, le=10_000, description="Names of others a member is shown within a day")
    contacts_per_week: int = Field(10, ge=1, le=500, description="Requests for contact a member makes within a week")
    match_topics: float = Field(3.0, ge=0, le=100, description="Matching: what topics in common count")
    match_languages: float = Field(1.0, ge=0, le=100, description="Matching: what languages in common count")
    match_cohort: float = Field(2.0, ge=0, le=100, description="Matching: what distance between cohorts counts")
    match_region: float = Field(2.0, ge=0, le=100, description="Matching: what distance between regions counts")
    match_format: float = Field(1.0, ge=0, le=100, description="Matching: what the same format counts")
    match_load: float = Field(2.0, ge=0, le=100, description="Matching: what few mentees count")
    webhook_url: str | None = Field(None, description="https address for Telegram's webhook; empty: long polling")
    webhook_secret: SecretStr | None = Field(None, description="With WEBHOOK_URL: 16 to 256 of A-Z a-z 0-9 _ -")
    coordinators: Annotated[tuple[int, ...], NoDecode] = Field(
        (), description="Telegram ids, with commas; count only while no coordinator exists"
    )
    web_host: str = Field("127.0.0.1", description="Address the web door listens on")
    web_port: int = Field(8080, ge=0, le=65535, description="Port the web door listens on")
    web_url: str = Field("http://127.0.0.1:8080", description="Public address of the web door, as people open it")
    trusted_proxies: str = Field("127.0.0.1", description="Load balancers whose X-Forwarded-For counts")
    metrics_token: SecretStr | None = Field(
        None, description="Opens /metrics to whoever sends it; without it only this machine may look"
    )
    lists_file: Path | None = Field(None, description="TOML file: institutions, programmes, topics")
    erasure_list: Path = Field(Path("erased.txt"), description="Keyed hashes of erased people; not in backups")
    backup_recipient: str | None = Field(
        None, description="Public key backups are encrypted for (age1…); `python -m bot backup-key FILE` makes one"
    )
    postgres_tools: Path | None = Field(None, description="Folder of pg_dump and pg_restore, if not on the PATH")
    keep_registrations_days: int = Field(
        730, ge=90, le=1825, description="Days after which a registration nobody confirmed goes; told a month before"
    )
    keep_decisions_days: int = Field(
        365, ge=30, le=1825, description="Days for questions, answers and reasons around a registration"
    )
    keep_announcements_days: int = Field(400, ge=30, le=3650, description="Days for announcements and their ledger")
    keep_replies_days: int = Field(
        90, ge=1, le=365, description="Days after an event for answers to its questions (allergies and the like)"
    )
    keep_surveys_days: int = Field(1095, ge=400, le=3650, description="Days for surveys that are closed")
    keep_words_days: int = Field(90, ge=7, le=365, description="Days for words that members passed to each other")
    keep_mentoring_days: int = Field(
        730, ge=180, le=3650, description="Days for searches and goals of mentoring that has ended"
    )
    keep_looks_days: int = Field(365, ge=30, le=1095, description="Days for who opened whose card")
    keep_audit_days: int = Field(
        1095, ge=365, le=3650, description="Days for the audit log; its first year cannot be deleted"
    )
    keep_chat_days: int = Field(90, ge=7, le=730, description="Days for the history of the web chat")
    controller_name: str = Field(
        "The university", max_length=150, description="Who answers for the data (Art. 13 GDPR)"
    )
    controller_address: str = Field("", max_length=200, description="Postal address of the controller")
    controller_email: str = Field("", max_length=120, description="E-mail address of the alumni office")
    privacy_officer: str = Field("", max_length=200, description="Data protection officer: name and how to reach them")
    privacy_authority: str = Field("", max_length=200, description="Supervisory authority for complaints")
    hosted_by: str = Field(
        "", max_length=150, description="Who runs the servers for the controller (Art. 28 GDPR); empty: itself"
    )
    hosted_in: str = Field("DE", description="Country the servers are in: two letters (ISO 3166)")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much is logged")
    log_format: Literal["text", "json"] = Field("text", description="Lines for people, or one JSON object each")

    @model_validator(mode="before")
    @classmethod
    def _empty_is_not_set(cls, values: dict[str, object]) -> dict[str, object]:
        """Also an empty file of a secret that is not used."""
        return {name: value for name, value in values.items() if value != ""}

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < 32:
            raise ValueError("must have at least 32 random characters")
        return value

    @field_validator("metrics_token")
    @classmethod
    def _hard_to_guess(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 16:
            raise ValueError("must have at least 16 random characters")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        try:
            backend = make_url(value).get_backend_name()
        except ArgumentError as error:
            raise ValueError("is not a database address") from error
        if backend not in ("sqlite", "postgresql"):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return value

    @field_validator("hosted_in")
    @classmethod
    def _country_beyond_china(cls, value: str) -> str:
        """The consent of people in mainland China is to a transfer abroad."""
        if not fullmatch("[A-Z]{2}", value) or value in ("CN", "ZZ") or name_country(value, "en") == value:
            raise ValueError("must be a country by its two letters, such as DE, and not mainland China")
        return value

    @field_validator("coordinators", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("bot_token")
    @classmethod
    def _looks_like_a_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().partition(":")[0].isdigit():
            raise ValueError("does not look like a token: digits, a colon, letters")
        return value

    @field_validator("web_url", "webhook_url", "telegram_api_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with https:// (or http:// for trying out)")
        return value.rstrip("/") if value else value

    @model_validator(mode="after")
    def _something_counts(self) -> "Settings":
        counted = (self.match_topics, self.match_languages, self.match_cohort)
        if not any((*counted, self.match_region, self.match_format, self.match_load)):
            raise ValueError("at least one of MATCH_TOPICS to MATCH_LOAD must be more than 0")
        return self

    @model_validator(mode="after")
    def _webhook_is_whole(self) -> "Settings":
        secret = self.webhook_secret.get_secret_value() if self.webhook_secret else ""
        if self.webhook_url and not 16 <= len(secret) <= 256:
            raise ValueError("WEBHOOK_SECRET must have 16 to 256 characters where WEBHOOK_URL is set")
        if self.webhook_url and self.bot_token is None:
            raise ValueError("WEBHOOK_URL is set but BOT_TOKEN is not")
        return self

    def house(self, *, demo: bool = False) -> House:
        """What texts and handlers may know of the settings."""
        return House(
            name=self.network_name,
            controller=Controller(
                self.controller_name,
                self.controller_address,
                self.controller_email,
                self.privacy_officer,
                self.privacy_authority,
                self.hosted_by,
                self.hosted_in,
            ),
            web_url=self.web_url,
            secret=self.secret_key.get_secret_value().encode(),
            coordinators=frozenset(str(one) for one in self.coordinators),
            erasure_list=str(self.erasure_list),
            weekly_budget=self.weekly_budget,
            confirmed_above=self.confirmed_above,
            verify_days=self.verify_days,
            names_per_day=self.names_per_day,
            contacts_per_week=self.contacts_per_week,
            weights=Weights(
                self.match_topics,
                self.match_languages,
                self.match_cohort,
                self.match_region,
                self.match_format,
                self.match_load,
            ),
            keep=Keep(
                registrations=self.keep_registrations_days,
                decisions=self.keep_decisions_days,
                announcements=self.keep_announcements_days,
                replies=self.keep_replies_days,
                surveys=self.keep_surveys_days,
                words=self.keep_words_days,
                mentoring=self.keep_mentoring_days,
                looks=self.keep_looks_days,
                audit=self.keep_audit_days,
                chat=self.keep_chat_days,
            ),
            demo=demo,
            version=_version(),
        )


def _version() -> str:
    try:
        return version("alumni-bot")
    except PackageNotFoundError:  # run from its folder, without being installed
        return "?"


def read_settings(**given: object) -> Settings:
    """The settings, `given` ones first. Raises WrongSettings with every fault there is."""
    try:
        return Settings(**{"_secrets_dir": _folders_of_secrets(), **given})  # type: ignore[arg-type]
    except ValidationError as error:
        raise WrongSettings([_line(fault) for fault in error.errors()]) from None


def _folders_of_secrets() -> list[Path]:
    """Where Docker and systemd put secrets: a file each, named like the setting in small letters."""
    folders = [Path("/run/secrets"), *map(Path, filter(None, [os.environ.get("CREDENTIALS_DIRECTORY")]))]
    return [folder for folder in folders if folder.is_dir()]


def _line(fault: object) -> str:
    assert isinstance(fault, dict)
    name = "_".join(str(part) for part in fault["loc"]).upper()
    words = "is not set" if fault["type"] == "missing" else str(fault["msg"]).removeprefix("Value error, ")
    return f"{name}: {words}" if name else words
