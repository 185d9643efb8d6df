"""The list with which the programme office brought in its former scholarship holders, and how it came in: by the same
steps as any other. Its figures are those of the programmes' own page (seed 000): 265 people from Jiangsu, 506 from
Shanxi, 237 from Sichuan, and 82 from other provinces in the 1980s. The names are invented."""

from datetime import datetime

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from bot.demo.listed import people_on_list
from bot.domain.importing.layout import Layout
from bot.drawing.data import Cell
from bot.drawing.tables import make_csv
from bot.importing.work import WORK
from db import imports
from db.engine import in_session
from db.models.delivery import Job
from db.models.lists import Institution
from db.models.members import Member, Role, RoleKind
from db.models.records import Import
from handlers.coordination import import_steps as steps

INSTITUTION = "nrw-programmes"
HEADER = ["Kennnummer", "姓名", "Pinyin", "Stipendienprogramm", "Jahrgang", "Herkunftsprovinz"]


def list_of(seed: int) -> bytes:
    """The file: a title above the table, as offices have it. The same seed invents the same people."""
    rows: list[list[Cell]] = [[], list(HEADER)]
    for number, each in enumerate(people_on_list(seed), 1):
        names = (each.named.full, each.named.other or "")
        rows.append([f"NRW-{number:04}", *names, each.programme, f"{each.year}届", each.province])
    return make_csv(["Stipendiatinnen und Stipendiaten NRW–China"], rows)


def bring_in(engine: Engine, seed: int, now: datetime) -> None:
    """Read, try out and take over the list, in the name of the coordinator."""
    number = in_session(engine, lambda session: _begin(session, list_of(seed), now))
    _work(engine, "import_look", number, now)
    in_session(engine, lambda session: _check(session, number, now))
    _work(engine, "import_check", number, now)
    in_session(engine, lambda session: _take(session, number, now))
    _work(engine, "import_take", number, now)
    in_session(engine, lambda session: session.execute(update(Job).values(done_at=now)))


def _work(engine: Engine, kind: str, number: int, now: datetime) -> None:
    WORK[kind](engine, {"import": number, "at": now.isoformat()})


def _begin(session: Session, content: bytes, now: datetime) -> int:
    institution = session.scalars(select(Institution.id).where(Institution.slug == INSTITUTION)).one()
    row = imports.create(session, institution, _coordinator(session).id, now)
    imports.add_piece(session, row.id, 0, content)
    steps.read_file(session, row, "Stipendiaten.csv", now)
    return row.id


def _check(session: Session, number: int, now: datetime) -> None:
    row = session.get_one(Import, number)
    steps.check(session, row, Layout.from_json(row.layout or {}).corrected({}, {"relation": "scholarship"}), now)


def _take(session: Session, number: int, now: datetime) -> None:
    steps.take_over(session, session.get_one(Import, number), _coordinator(session), now)


def _coordinator(session: Session) -> Member:
    """The first of them."""
    query = select(Member).join(Role, Role.member_id == Member.id).where(Role.kind == RoleKind.COORDINATOR)
    return session.scalars(query.order_by(Member.id).limit(1)).one()
