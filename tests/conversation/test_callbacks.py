"""Buttons carry small typed values of at most 64 bytes."""

from dataclasses import dataclass
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.callbacks import LIMIT, Callback, Unreadable
from bot.conversation.questions import Move, Pick, Step
from handlers.registry import build_router


class Colour(StrEnum):
    RED = "r"


@dataclass(frozen=True, slots=True)
class Paint(Callback, prefix="tp"):
    wall: int
    colour: Colour | None = None
    dry: bool = False
    note: str = ""


@given(st.integers(), st.sampled_from([Colour.RED, None]), st.booleans(), st.text("abc-_", max_size=10))
def test_what_is_packed_is_read_again(wall: int, colour: Colour | None, dry: bool, note: str) -> None:
    tap = Paint(wall % 2**31, colour, dry, note)
    assert Paint.unpack(tap.pack()) == tap


def test_a_wire_form_is_short_and_readable() -> None:
    assert Paint(7, Colour.RED, True, "x").pack() == "tp:7:r:1:x"


@given(st.text(max_size=80))
def test_whatever_a_hostile_client_sends_is_read_or_refused(data: str) -> None:
    try:
        tap = Paint.unpack(f"tp:{data}")
    except Unreadable:
        return
    assert isinstance(tap, Paint)


@pytest.mark.parametrize(
    "data",
    ["tp", "tp:", "tp:x:r:1:", "tp:1:blue:1:", "tp:1:r:yes:", "tp:1:r:1", "tp:1:r:1:a:b"]
    + [f"tp:{number}:r:1:" for number in (" 1", "1_0", "٣", "01", "+1", "")]
    + ["tp:1:r:10:", "tp:1:r::", "tp:1:r:1:\x00", "tp:1:r:1:" + "x" * 60],
)
def test_other_data_is_unreadable(data: str) -> None:
    with pytest.raises(Unreadable):
        Paint.unpack(data)


@pytest.mark.parametrize(("number", "nearest"), [(2**31, 2**31 - 1), (10**40, 2**31 - 1), (-(2**63), 1 - 2**31)])
def test_a_number_no_database_takes_is_one_that_nobody_has(number: int, nearest: int) -> None:
    assert Paint.unpack(f"tp:{number}:r:1:") == Paint(nearest, Colour.RED, True)


def test_more_than_64_bytes_do_not_fit() -> None:
    assert len(Paint(1, note="x" * 56).pack().encode()) == LIMIT
    with pytest.raises(ValueError, match="does not fit"):
        Paint(1, note="x" * 57).pack()
    with pytest.raises(ValueError, match="does not fit"):
        Paint(1, note="城" * 19).pack()


def test_a_text_must_not_hold_the_separator() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        Paint(1, note="a:b").pack()


def test_every_question_of_every_form_fits_into_a_button() -> None:
    for form, _gate in build_router().forms.values():
        for question in form.questions:
            Pick(form.name, question.name, "9" * 20).pack()
            Move(form.name, Step.CHANGE, question.name).pack()
