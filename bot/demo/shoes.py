"""The people one can step into: who they are, and the browser session that is theirs."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.i18n import N_
from bot.demo.names import Named
from db import doors, web_sessions
from db.models.conversation import Door
from db.models.members import Member
from db.models.web import WebSession

NEWCOMER = "new"
NEWCOMER_LABEL = N_("Somebody new")


class Shoe(NamedTuple):
    """Somebody with a fixed part in the demonstration. They are the first members, so the id follows the order."""

    name: str
    label: str
    named: Named
    female: bool
    language: str
    city: str
    institution: str
    programme: str
    years: tuple[int | None, int]
    relations: tuple[str, ...]
    topics: tuple[str, ...]
    function: str
    employer: str
    leads: str | None = None
    coordinates: bool = False


SHOES = (
    Shoe(
        "taiyuan",
        N_("Alumna in Taiyuan"),
        Named("李雪梅", "LI Xuemei", "李女士"),
        True,
        "zh_Hans",
        "Taiyuan",
        "nrw-programmes",
        "nrw-shanxi",
        (None, 2009),
        ("scholarship",),
        ("energy", "environment"),
        "国际合作处处长",
        "太原高新科技园",
    ),
    Shoe(
        "chemnitz",
        N_("Alumnus in Chemnitz"),
        Named("Jens Neubert", None, "Herr Neubert"),
        False,
        "de",
        "Chemnitz",
        "tu-chemnitz",
        "tuc-mechanical",
        (1996, 2002),
        ("graduate",),
        ("industry40", "materials"),
        "Geschäftsführer",
        "Nordkamm Maschinenbau GmbH",
    ),
    Shoe(
        "london",
        N_("Alumna in London"),
        Named("Charlotte Hughes", None, "Ms Hughes"),
        True,
        "en",
        "London",
        "tu-clausthal",
        "tuc-exchange",
        (2013, 2014),
        ("exchange",),
        ("hydrogen", "startup"),
        "Founder",
        "Tidegate Hydrogen Ltd",
    ),
    Shoe(
        "shanghai",
        N_("Ambassador in Shanghai"),
        Named("陈志远", "CHEN Zhiyuan", "陈先生"),
        False,
        "zh_Hans",
        "Shanghai",
        "nrw-programmes",
        "nrw-jiangsu",
        (None, 2004),
        ("scholarship",),
        ("trade", "smartcity"),
        "分公司总经理",
        "恒拓自动化上海分公司",
        leads="Shanghai",
    ),
    Shoe(
        "coordinator",
        N_("Coordinator"),
        Named("Dr. Katrin Seidel", None, "Frau Dr. Seidel"),
        True,
        "de",
        "Chemnitz",
        "tu-chemnitz",
        "tuc-humanities",
        (1999, 2008),
        ("graduate", "doctoral", "staff"),
        ("higher-education",),
        "Alumni-Koordinatorin",
        "Alumni-Koordination",
        coordinates=True,
    ),
    Shoe(
        "second",
        N_("Coordinator for China"),
        Named("周敏", "ZHOU Min", "周女士"),
        True,
        "zh_Hans",
        "Goslar",
        "tu-clausthal",
        "tuc-college",
        (2009, 2013),
        ("doctoral", "staff"),
        ("higher-education", "energy"),
        "中国事务协调员",
        "校友办公室",
        coordinates=True,
    ),
)
MEMBER_IDS = {shoe.name: number for number, shoe in enumerate(SHOES, 1)}


def token_of(house: House, name: str) -> str:
    """The cookie of somebody's browser: the same in every run with the same secret."""
    return house.digest("session", f"shoes:{name}")


def who_is_there(session: Session) -> Sequence[Shoe]:
    """Those who have not had themselves erased meanwhile."""
    there = set(session.scalars(select(Member.id).where(Member.id.in_(MEMBER_IDS.values()))))
    return [shoe for shoe in SHOES if MEMBER_IDS[shoe.name] in there]


def open_browser(session: Session, name: str, token_hash: str, now: datetime) -> None:
    """Make sure that this person's browser is signed in as them, whatever was tried out with it before."""
    browser = web_sessions.ensure(session, token_hash, now)
    living = {"revoked_at": None, "expires_at": now + web_sessions.LASTS}
    session.execute(update(WebSession).where(WebSession.id == browser).values(living))
    door = session.scalar(select(Door).where(Door.channel == "web", Door.external_id == browser))
    if door is None:
        session.add(Door(channel="web", external_id=browser, member_id=MEMBER_IDS[name], used_at=now))
    elif door.member_id != MEMBER_IDS[name]:
        doors.repoint(session, door.id, MEMBER_IDS[name], now)
