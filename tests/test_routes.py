"""Every route and the gate it has, written down; and every kind of person at every gate.

A new route without a line here fails: who may use it is decided, never inherited.
"""

import dataclasses
import types
import typing
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.conversation.callbacks import LIMIT, Callback
from bot.conversation.house import Controller, House
from bot.conversation.incoming import Incoming, Kind
from bot.conversation.questions import Leaf, Move, Pick, Step
from bot.conversation.reply import Ask, AskFor, Go
from bot.conversation.routing import Gate
from bot.conversation.secrets import mark
from bot.conversation.turn import Turn
from bot.domain.audience import ANSWERS, ROLES
from bot.domain.people import Relation
from bot.domain.scope import CENTRAL, Scope
from db import consents, members
from db.doors import Person, new_number
from db.engine import open_engine
from db.models.clubs import Club
from db.models.members import Member, Role, RoleKind, Status
from db.models.places import Place
from db.models.privacy import Purpose
from handlers.registry import build_router
from tests.databases import Databases

ROUTER = build_router()
NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)

COMMANDS = {
    "menu": Gate.ANYONE,
    "help": Gate.ANYONE,
    "cancel": Gate.ANYONE,
    "events": Gate.VERIFIED,
    "event": Gate.AMBASSADOR,
    "calendar": Gate.VERIFIED,
    "club": Gate.AMBASSADOR,
    "announce": Gate.AMBASSADOR,
    "segments": Gate.COORDINATOR,
    "reach": Gate.COORDINATOR,
    "health": Gate.COORDINATOR,
    "audit": Gate.COORDINATOR,
    "retention": Gate.CENTRAL,
    "breach": Gate.CENTRAL,
    "survey": Gate.COORDINATOR,
    "stats": Gate.COORDINATOR,
    "export": Gate.COORDINATOR,
    "planning": Gate.AMBASSADOR,
    "clubs": Gate.ANYONE,
    "myclubs": Gate.VERIFIED,
    "findclub": Gate.ANYONE,
    "profile": Gate.REGISTERED,
    "settings": Gate.REGISTERED,
    "zone": Gate.REGISTERED,
    "web": Gate.REGISTERED,
    "devices": Gate.REGISTERED,
    "key": Gate.REGISTERED,
    "return": Gate.ANYONE,
    "privacy": Gate.ANYONE,
    "mydata": Gate.ANYONE,
    "stop": Gate.ANYONE,
    "resume": Gate.ANYONE,
    "forget": Gate.ANYONE,
    "contact": Gate.ANYONE,
    "inbox": Gate.COORDINATOR,
    "desk": Gate.CENTRAL,
    "start": Gate.ANYONE,
    "join": Gate.ANYONE,
    "code": Gate.ANYONE,
    "language": Gate.ANYONE,
    "verify": Gate.COORDINATOR,
    "admin": Gate.COORDINATOR,
    "member": Gate.COORDINATOR,
    "role": Gate.COORDINATOR,
    "issue": Gate.COORDINATOR,
    "newkey": Gate.COORDINATOR,
    "coordinate": Gate.ANYONE,
    "found": Gate.CENTRAL,
    "appoint": Gate.CENTRAL,
    "proposals": Gate.CENTRAL,
    "lists": Gate.COORDINATOR,
    "rounds": Gate.CENTRAL,
    "import": Gate.COORDINATOR,
    "invite": Gate.COORDINATOR,
    "find": Gate.NETWORK,
    "offers": Gate.NETWORK,
    "entry": Gate.NETWORK,
    "mentor": Gate.NETWORK,
    "mentors": Gate.NETWORK,
    "mentoring": Gate.COORDINATOR,
}
TAPS = {
    "iml": Gate.COORDINATOR,
    "imn": Gate.COORDINATOR,
    "imo": Gate.COORDINATOR,
    "imp": Gate.COORDINATOR,
    "imt": Gate.COORDINATOR,
    "img": Gate.COORDINATOR,
    "imv": Gate.COORDINATOR,
    "cl": Gate.ANYONE,
    "cc": Gate.ANYONE,
    "cs": Gate.ANYONE,
    "cj": Gate.VERIFIED,
    "cx": Gate.VERIFIED,
    "cm": Gate.VERIFIED,
    "ca": Gate.AMBASSADOR,
    "clm": Gate.CENTRAL,
    "clp": Gate.CENTRAL,
    "cld": Gate.CENTRAL,
    "clc": Gate.CENTRAL,
    "cla": Gate.CENTRAL,
    "clo": Gate.CENTRAL,
    "clh": Gate.CENTRAL,
    "cle": Gate.CENTRAL,
    "clr": Gate.CENTRAL,
    "clg": Gate.CENTRAL,
    "clt": Gate.CENTRAL,
    "clv": Gate.CENTRAL,
    "clx": Gate.CENTRAL,
    "cln": Gate.CENTRAL,
    "prc": Gate.VERIFIED,
    "prv": Gate.VERIFIED,
    "pro": Gate.VERIFIED,
    "prw": Gate.VERIFIED,
    "prl": Gate.CENTRAL,
    "pra": Gate.CENTRAL,
    "pry": Gate.CENTRAL,
    "prn": Gate.CENTRAL,
    "lel": Gate.COORDINATOR,
    "leo": Gate.COORDINATOR,
    "lea": Gate.COORDINATOR,
    "lec": Gate.COORDINATOR,
    "lep": Gate.COORDINATOR,
    "lex": Gate.COORDINATOR,
    "len": Gate.COORDINATOR,
    "les": Gate.COORDINATOR,
    "ler": Gate.COORDINATOR,
    "eo": Gate.ANYONE,
    "es": Gate.ANYONE,
    "ea": Gate.VERIFIED,
    "em": Gate.VERIFIED,
    "en": Gate.VERIFIED,
    "el": Gate.VERIFIED,
    "ey": Gate.VERIFIED,
    "et": Gate.VERIFIED,
    "gn": Gate.VERIFIED,
    "ec": Gate.VERIFIED,
    "fr": Gate.VERIFIED,
    "fe": Gate.VERIFIED,
    "sv": Gate.VERIFIED,
    "sr": Gate.AMBASSADOR,
    "sl": Gate.REGISTERED,
    "sm": Gate.REGISTERED,
    "ev": Gate.AMBASSADOR,
    "ez": Gate.AMBASSADOR,
    "ek": Gate.AMBASSADOR,
    "er": Gate.AMBASSADOR,
    "ex": Gate.AMBASSADOR,
    "ed": Gate.AMBASSADOR,
    "ep": Gate.AMBASSADOR,
    "ew": Gate.AMBASSADOR,
    "eu": Gate.AMBASSADOR,
    "eq": Gate.VERIFIED,
    "og": Gate.AMBASSADOR,
    "ol": Gate.AMBASSADOR,
    "ow": Gate.AMBASSADOR,
    "oi": Gate.AMBASSADOR,
    "oe": Gate.AMBASSADOR,
    "eg": Gate.AMBASSADOR,
    "lc": Gate.AMBASSADOR,
    "lr": Gate.AMBASSADOR,
    "do": Gate.AMBASSADOR,
    "di": Gate.AMBASSADOR,
    "dc": Gate.AMBASSADOR,
    "dw": Gate.AMBASSADOR,
    "dl": Gate.AMBASSADOR,
    "db": Gate.AMBASSADOR,
    "dp": Gate.AMBASSADOR,
    "st": Gate.REGISTERED,
    "sh": Gate.REGISTERED,
    "sq": Gate.REGISTERED,
    "jr": Gate.REGISTERED,
    "so": Gate.REGISTERED,
    "pn": Gate.REGISTERED,
    "pt": Gate.REGISTERED,
    "pk": Gate.ANYONE,
    "wo": Gate.COORDINATOR,
    "wr": Gate.COORDINATOR,
    "wx": Gate.COORDINATOR,
    "wc": Gate.COORDINATOR,
    "ws": Gate.COORDINATOR,
    "wl": Gate.COORDINATOR,
    "we": Gate.COORDINATOR,
    "wi": Gate.COORDINATOR,
    "wu": Gate.COORDINATOR,
    "wb": Gate.COORDINATOR,
    "wd": Gate.COORDINATOR,
    "ul": Gate.COORDINATOR,
    "uo": Gate.COORDINATOR,
    "ue": Gate.COORDINATOR,
    "ug": Gate.CENTRAL,
    "ud": Gate.COORDINATOR,
    "ut": Gate.COORDINATOR,
    "lg": Gate.ANYONE,
    "xa": Gate.COORDINATOR,
    "xb": Gate.CENTRAL,
    "xf": Gate.COORDINATOR,
    "xd": Gate.CENTRAL,
    "xw": Gate.CENTRAL,
    "xo": Gate.CENTRAL,
    "xv": Gate.CENTRAL,
    "xc": Gate.CENTRAL,
    "xs": Gate.CENTRAL,
    "xt": Gate.CENTRAL,
    "xk": Gate.CENTRAL,
    "xl": Gate.CENTRAL,
    "xr": Gate.CENTRAL,
    "vr": Gate.COORDINATOR,
    "vl": Gate.COORDINATOR,
    "wn": Gate.COORDINATOR,
    "wt": Gate.COORDINATOR,
    "wj": Gate.COORDINATOR,
    "vo": Gate.COORDINATOR,
    "va": Gate.COORDINATOR,
    "vb": Gate.COORDINATOR,
    "vd": Gate.COORDINATOR,
    "vq": Gate.REGISTERED,
    "sp": Gate.COORDINATOR,
    "sc": Gate.COORDINATOR,
    "sk": Gate.COORDINATOR,
    "sd": Gate.COORDINATOR,
    "sf": Gate.COORDINATOR,
    "sg": Gate.COORDINATOR,
    "si": Gate.COORDINATOR,
    "sj": Gate.COORDINATOR,
    "su": Gate.COORDINATOR,
    "se": Gate.COORDINATOR,
    "sn": Gate.COORDINATOR,
    "rg": Gate.COORDINATOR,
    "rl": Gate.COORDINATOR,
    "ro": Gate.COORDINATOR,
    "rw": Gate.COORDINATOR,
    "nn": Gate.AMBASSADOR,
    "nc": Gate.AMBASSADOR,
    "sw": Gate.COORDINATOR,
    "ne": Gate.AMBASSADOR,
    "nz": Gate.AMBASSADOR,
    "nl": Gate.AMBASSADOR,
    "np": Gate.AMBASSADOR,
    "nd": Gate.AMBASSADOR,
    "an": Gate.AMBASSADOR,
    "ns": Gate.AMBASSADOR,
    "ny": Gate.COORDINATOR,
    "zt": Gate.COORDINATOR,
    "zx": Gate.COORDINATOR,
    "nu": Gate.AMBASSADOR,
    "nx": Gate.AMBASSADOR,
    "nt": Gate.AMBASSADOR,
    "ng": Gate.AMBASSADOR,
    "il": Gate.CENTRAL,
    "in": Gate.CENTRAL,
    "io": Gate.CENTRAL,
    "ix": Gate.CENTRAL,
    "ip": Gate.CENTRAL,
    "iv": Gate.CENTRAL,
    "iq": Gate.CENTRAL,
    "ir": Gate.CENTRAL,
    "ic": Gate.CENTRAL,
    "it": Gate.CENTRAL,
    "iy": Gate.CENTRAL,
    "yl": Gate.COORDINATOR,
    "yn": Gate.COORDINATOR,
    "ys": Gate.COORDINATOR,
    "yc": Gate.COORDINATOR,
    "yx": Gate.COORDINATOR,
    "ya": Gate.COORDINATOR,
    "yq": Gate.COORDINATOR,
    "yz": Gate.COORDINATOR,
    "ym": Gate.COORDINATOR,
    "yd": Gate.COORDINATOR,
    "yp": Gate.COORDINATOR,
    "yo": Gate.COORDINATOR,
    "ye": Gate.COORDINATOR,
    "yr": Gate.COORDINATOR,
    "yi": Gate.COORDINATOR,
    "yu": Gate.COORDINATOR,
    "yt": Gate.VERIFIED,
    "fb": Gate.NETWORK,
    "fc": Gate.NETWORK,
    "fd": Gate.NETWORK,
    "fp": Gate.NETWORK,
    "ff": Gate.NETWORK,
    "fa": Gate.NETWORK,
    "bn": Gate.NETWORK,
    "bc": Gate.NETWORK,
    "bl": Gate.NETWORK,
    "bg": Gate.NETWORK,
    "bs": Gate.NETWORK,
    "bd": Gate.NETWORK,
    "bo": Gate.NETWORK,
    "bt": Gate.NETWORK,
    "bm": Gate.NETWORK,
    "ba": Gate.NETWORK,
    "br": Gate.NETWORK,
    "be": Gate.NETWORK,
    "hw": Gate.NETWORK,
    "mf": Gate.NETWORK,
    "mg": Gate.NETWORK,
    "mh": Gate.NETWORK,
    "md": Gate.NETWORK,
    "mb": Gate.NETWORK,
    "mc": Gate.NETWORK,
    "mk": Gate.NETWORK,
    "me": Gate.NETWORK,
    "ml": Gate.NETWORK,
    "mo": Gate.NETWORK,
    "hc": Gate.NETWORK,
    "ha": Gate.NETWORK,
    "hb": Gate.NETWORK,
    "hf": Gate.NETWORK,
    "hg": Gate.NETWORK,
    "hi": Gate.NETWORK,
    "hj": Gate.NETWORK,
    "hn": Gate.COORDINATOR,
    "hk": Gate.COORDINATOR,
    "hl": Gate.COORDINATOR,
    "hd": Gate.NETWORK,
    "he": Gate.NETWORK,
    "hm": Gate.NETWORK,
    "hp": Gate.COORDINATOR,
    "ms": Gate.NETWORK,
    "mq": Gate.NETWORK,
    "mt": Gate.NETWORK,
    "mv": Gate.NETWORK,
    "ma": Gate.NETWORK,
    "mu": Gate.NETWORK,
    "mr": Gate.NETWORK,
    "my": Gate.NETWORK,
    "mw": Gate.NETWORK,
    "mx": Gate.NETWORK,
    "kw": Gate.ANYONE,
    "ko": Gate.ANYONE,
    "ka": Gate.ANYONE,
    "kh": Gate.ANYONE,
    "ki": Gate.COORDINATOR,
    "kt": Gate.COORDINATOR,
    "kr": Gate.COORDINATOR,
    "kn": Gate.COORDINATOR,
    "kc": Gate.COORDINATOR,
    "kd": Gate.CENTRAL,
    "ks": Gate.CENTRAL,
    "kl": Gate.CENTRAL,
    "kp": Gate.ANYONE,
    "kf": Gate.ANYONE,
}
# What replying to a message means, on Telegram: the same as its button with the words at once.
REPLIES = {
    "ka": Gate.ANYONE,
    "kr": Gate.COORDINATOR,
}
LINKS = {
    "club": Gate.ANYONE,
    "event": Gate.ANYONE,
    "ticket": Gate.VERIFIED,
    "link": Gate.ANYONE,
    "code": Gate.ANYONE,
    "coordinate": Gate.ANYONE,
}
FORMS = {
    "findclub": Gate.ANYONE,
    "profile": Gate.REGISTERED,
    "zone": Gate.REGISTERED,
    "event": Gate.AMBASSADOR,
    "repeat": Gate.AMBASSADOR,
    "cancelevent": Gate.AMBASSADOR,
    "survey": Gate.VERIFIED,
    "eventq": Gate.VERIFIED,
    "eventmsg": Gate.AMBASSADOR,
    "eventinvite": Gate.AMBASSADOR,
    "eventexport": Gate.AMBASSADOR,
    "export": Gate.COORDINATOR,
    "invite": Gate.COORDINATOR,
    "checkin": Gate.AMBASSADOR,
    "walkin": Gate.AMBASSADOR,
    "return": Gate.ANYONE,
    "forget": Gate.ANYONE,
    "joining": Gate.GUEST,
    "code": Gate.ANYONE,
    "askback": Gate.COORDINATOR,
    "sameperson": Gate.COORDINATOR,
    "decline": Gate.COORDINATOR,
    "answer": Gate.REGISTERED,
    "correcting": Gate.COORDINATOR,
    "suspend": Gate.COORDINATOR,
    "office": Gate.CENTRAL,
    "deputy": Gate.COORDINATOR,
    "term": Gate.COORDINATOR,
    "issue": Gate.COORDINATOR,
    "newkey": Gate.COORDINATOR,
    "found": Gate.CENTRAL,
    "appoint": Gate.CENTRAL,
    "auditlines": Gate.COORDINATOR,
    "breach": Gate.CENTRAL,
    "breachmessage": Gate.CENTRAL,
    "breachlist": Gate.CENTRAL,
    "handclub": Gate.CENTRAL,
    "changeclub": Gate.CENTRAL,
    "closeclub": Gate.CENTRAL,
    "declineprop": Gate.CENTRAL,
    "proposeclub": Gate.VERIFIED,
    "volunteer": Gate.VERIFIED,
    "listentry": Gate.COORDINATOR,
    "segment": Gate.COORDINATOR,
    "announce": Gate.AMBASSADOR,
    "matchround": Gate.CENTRAL,
    "surveyframe": Gate.COORDINATOR,
    "surveyquestion": Gate.COORDINATOR,
    "surveypreview": Gate.COORDINATOR,
    "questionnaire": Gate.VERIFIED,
    "surveyexport": Gate.COORDINATOR,
    "find": Gate.NETWORK,
    "contact": Gate.NETWORK,
    "contact_line": Gate.NETWORK,
    "offer": Gate.NETWORK,
    "relay": Gate.NETWORK,
    "mentor": Gate.NETWORK,
    "mentor_card": Gate.NETWORK,
    "mentor_pause": Gate.NETWORK,
    "mentor_search": Gate.NETWORK,
    "mentor_contact": Gate.NETWORK,
    "mentoring_survey": Gate.NETWORK,
    "declinewords": Gate.NETWORK,
    "askoffice": Gate.ANYONE,
    "answeroffice": Gate.COORDINATOR,
    "handover": Gate.COORDINATOR,
    "letterfile": Gate.ANYONE,
}

# What coordinators and their deputies answer for; "suspended coordinator" holds the office and may not use it.
SCOPES: dict[str, Scope] = {
    "coordinator": CENTRAL,
    "guest coordinator": CENTRAL,
    "suspended coordinator": CENTRAL,
    "coordinator of an institution": Scope(institutions=frozenset({1})),
    "coordinator of a faculty": Scope(faculties=frozenset({1})),
    "coordinator of a programme": Scope(programmes=frozenset({1})),
}
DEPUTIES = {
    "deputy coordinator": "coordinator",
    "deputy coordinator of a programme": "coordinator of a programme",
}
PEOPLE = ("guest", "pending", "declined", "suspended", "verified", "network", "ambassador", *SCOPES, *DEPUTIES)
COORDINATORS = {*SCOPES, *DEPUTIES} - {"suspended coordinator"}
WITHOUT_A_NAME = {"guest", "guest coordinator"}
ADMITTED = {
    Gate.ANYONE: set(PEOPLE),
    Gate.GUEST: WITHOUT_A_NAME,
    Gate.REGISTERED: set(PEOPLE) - WITHOUT_A_NAME,
    Gate.VERIFIED: {"verified", "network", "ambassador", *COORDINATORS} - WITHOUT_A_NAME,
    Gate.NETWORK: {"network"},
    Gate.AMBASSADOR: {"ambassador", *COORDINATORS},
    Gate.COORDINATOR: COORDINATORS,
    Gate.CENTRAL: {"coordinator", "guest coordinator", "deputy coordinator"},
}


def test_every_command_has_its_gate_written_down() -> None:
    assert {name: route.gate for name, route in ROUTER.commands.items()} == COMMANDS


def test_every_button_has_its_gate_written_down() -> None:
    assert {prefix: route.gate for prefix, route in ROUTER.taps.items()} == TAPS


def test_every_reply_has_its_gate_written_down() -> None:
    assert {prefix: route.gate for prefix, route in ROUTER.replies.items()} == REPLIES


def test_every_deep_link_has_its_gate_written_down() -> None:
    assert {prefix: route.gate for prefix, route in ROUTER.links.items()} == LINKS


def test_every_form_has_its_gate_written_down() -> None:
    assert {name: gate for name, (_form, gate) in ROUTER.forms.items()} == FORMS


def test_the_chat_itself_speaks_only_of_coming_and_going() -> None:
    assert set(ROUTER.events) == {Kind.BLOCKED, Kind.RETURNED}


def test_every_gate_says_whom_it_admits() -> None:
    assert set(ADMITTED) == set(Gate)


@pytest.fixture(scope="module")
def session(databases: Databases) -> Iterator[Session]:
    engine = open_engine(databases.fresh("sqlite"))
    with Session(engine, expire_on_commit=False) as opened:
        yield opened
    engine.dispose()


@pytest.fixture(scope="module")
def people(session: Session) -> dict[str, Person]:
    return {kind: somebody(session, kind) for kind in PEOPLE}


def somebody(session: Session, kind: str) -> Person:
    """A member of this kind, as the road sees one."""
    status = next((status for status in Status if kind.startswith(status.value)), Status.VERIFIED)
    row = Member(number=new_number(), status=status, full_name=kind, language="en", created_at=NOW, seen_at=NOW)
    session.add(row)
    session.flush()
    agrees(session, row.id, kind == "network")
    if kind in SCOPES:
        members.grant(session, row.id, RoleKind.COORDINATOR, NOW, scope=SCOPES[kind])
    if kind in DEPUTIES:
        principal = session.query(Role).join(Member, Member.id == Role.member_id).filter_by(full_name=DEPUTIES[kind])
        session.add(Role(member_id=row.id, kind=RoleKind.COORDINATOR, deputy_for=principal.one().id, granted_at=NOW))
    if kind == "ambassador":
        members.grant(session, row.id, RoleKind.AMBASSADOR, NOW, a_club(session))
    session.flush()
    return Person(1, row.id, row.number, status, "en", "Europe/Berlin")


def agrees(session: Session, member: int, given: bool) -> None:
    consents.add(session, member, Purpose.ALUMNI, given=given, version="t", text="…", language="en", at=NOW)


def a_club(session: Session) -> int:
    place = session.query(Place).first()
    assert place is not None
    row = Club(slug="club", names={"en": "Club"}, place_id=place.id, admission="open", founded_at=NOW)
    session.add(row)
    session.flush()
    return row.id


HOUSE = House("Alumni", Controller("", "", "", "", ""), "https://alumni.example", b"secret")
ROUTES = [
    *((f"/{name}", route.gate) for name, route in ROUTER.commands.items()),
    *((f"tap {prefix}", route.gate) for prefix, route in ROUTER.taps.items()),
    *((f"reply {prefix}", route.gate) for prefix, route in ROUTER.replies.items()),
    *((f"link {prefix}", route.gate) for prefix, route in ROUTER.links.items()),
    *((f"form {name}", gate) for name, (_form, gate) in ROUTER.forms.items()),
]


@pytest.mark.parametrize("kind", PEOPLE)
def test_the_warden_admits_exactly_whom_the_table_names(session: Session, people: dict[str, Person], kind: str) -> None:
    assert ROUTER.warden is not None
    turn = Turn(session.connection(), people[kind], Incoming(Kind.TEXT), NOW, HOUSE)
    admitted = {name for name, gate in ROUTES if ROUTER.warden.admits(turn, gate)}
    assert admitted == {name for name, gate in ROUTES if kind in ADMITTED[gate]}


@pytest.mark.parametrize("kind", PEOPLE)
@pytest.mark.parametrize("gate", list(Gate), ids=[gate.name for gate in Gate])
def test_every_refusal_has_a_sentence_and_a_way_on(
    session: Session, people: dict[str, Person], kind: str, gate: Gate
) -> None:
    assert ROUTER.warden is not None
    turn = Turn(session.connection(), people[kind], Incoming(Kind.TEXT), NOW, HOUSE)
    reply = ROUTER.warden.refuse(turn, gate)
    ways_on = [button.action for row in reply.rows for button in row]
    assert reply.text
    assert ways_on
    assert all(isinstance(way, Go) and way.command in COMMANDS for way in ways_on)


# PostgreSQL's largest id, and the longest words that travel in buttons, by field.
LARGEST = 2**31 - 1
LONGEST = {
    "country": "DE",
    "region": "CN-XJ-X",
    "tag": "zh_Hans",
    "language": "zh_Hans",
    "payload": "x" * 48,
    "value": max((*Relation, *ROLES, "2026-12-31", str(2**31 - 1)), key=len),
    "answer": max(ANSWERS, key=len),
    "secret": mark("link", "0" * 16),
    "command": max(COMMANDS, key=len),
    "number": "2345BCDF",
    "since": "2026-12-31",
    "until": "2026-12-31",
}


def widest(kind: Any, name: str) -> Any:
    """The value of a field that takes most room."""
    if isinstance(kind, types.UnionType):
        kind = next(option for option in typing.get_args(kind) if option is not types.NoneType)
    if kind is int:
        return LARGEST
    if kind is bool:
        return True
    if isinstance(kind, type) and issubclass(kind, Enum):
        return max(kind, key=lambda option: len(str(option.value)))
    return LONGEST[name]


BUTTONS = [*(route.takes for route in ROUTER.taps.values()), AskFor, Go]


@pytest.mark.parametrize("kind", BUTTONS, ids=lambda kind: kind.__name__)
def test_every_button_fits_into_telegrams_64_bytes(kind: type[Callback]) -> None:
    hints = typing.get_type_hints(kind)
    tap = kind(*(widest(hints[field.name], field.name) for field in dataclasses.fields(kind)))
    assert len(tap.pack().encode()) <= LIMIT
    assert type(tap).unpack(tap.pack()) == tap


@pytest.mark.parametrize("name", list(FORMS))
def test_every_answer_of_a_form_fits_into_telegrams_64_bytes(name: str) -> None:
    form, _gate = ROUTER.forms[name]
    for question in form.questions:
        taps = [
            Pick(name, question.name, str(LARGEST), True),
            Leaf(name, question.name, LARGEST),
            *(Move(name, step, question.name) for step in Step),
        ]
        assert [type(tap).unpack(tap.pack()) for tap in taps] == taps


def test_no_two_buttons_share_a_prefix() -> None:
    prefixes = [kind.prefix for kind in (*BUTTONS, Pick, Leaf, Move) if kind is not None]
    assert len(prefixes) == len(set(prefixes))


def test_what_is_asked_for_is_known_to_both_doors() -> None:
    assert [AskFor.unpack(AskFor(what).pack()).what for what in Ask] == list(Ask)


@pytest.mark.parametrize("name", [name for name, route in ROUTER.commands.items() if route.about])
def test_every_command_fits_telegrams_menu(name: str) -> None:
    about = ROUTER.commands[name].about or ""
    assert name.isascii() and name.islower() and len(name) <= 32
    assert 1 <= len(about) <= 256
