"""Computing a round of matching, in a child process: read who takes part, find the best pairs, write them down in
pieces, and make the round ready in one short statement."""

from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.domain.matching import Weights
from bot.domain.pairing import Pair, figures_of
from bot.domain.rounds import assign, first_come
from db import rounds
from db.engine import in_piece, in_session
from db.round_pool import Pool, in_pieces, read_pool
from db.rounds import State
from handlers.coordination.rounds import tell_author


def match_round(engine: Engine, params: dict[str, Any]) -> dict[str, Any]:
    """The work of a job: `round` is the id, `weights` those of the settings, `at` the instant it was asked for (ISO).
    Begins anew over what a process that died had left."""
    number, now = int(params["round"]), datetime.fromisoformat(params["at"])
    row = in_session(engine, lambda session: rounds.load(session, number))
    if row is None or row.state != State.COMPUTING:
        return {"pairs": 0}
    in_session(engine, partial(rounds.clear, round_id=number))
    pool = read_pool(partial(in_session, engine), rounds.pool_of(row), row.format, now)
    weights = Weights(**params["weights"])
    pairs = assign(pool.mentees, pool.mentors, weights, pool.apart)
    for piece in in_pieces(pairs):
        in_piece(engine, partial(rounds.add_pairs, round_id=number, pairs=[_row(pool, pair) for pair in piece]))
    in_session(engine, partial(_finish, number=number, figures=_figures(pool, pairs, weights), now=now))
    return {"pairs": len(pairs)}


def _figures(pool: Pool, pairs: list[Pair], weights: Weights) -> dict[str, Any]:
    """Of this assignment, and of the mentees taking turns."""
    others = first_come(pool.mentees, pool.mentors, weights, pool.apart)
    return {
        "ours": figures_of(pairs, pool.mentees, pool.mentors).to_json(),
        "first_come": figures_of(others, pool.mentees, pool.mentors).to_json(),
    }


def _finish(session: Session, number: int, figures: dict[str, Any], now: datetime) -> None:
    """Ready, unless it was dropped meanwhile."""
    if rounds.settle(session, number, State.READY, figures):
        tell_author(session, number, now)
    else:
        rounds.clear(session, number)


def _row(pool: Pool, pair: Pair) -> tuple[int, int, float]:
    return pool.searches[pair.mentee], pair.mentor, pair.worth
