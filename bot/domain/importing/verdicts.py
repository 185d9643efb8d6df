"""What becomes of a line, by what it says, what is known already, and the lines before it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from bot.domain.importing.identity import Likeness, Marks, compare
from bot.domain.importing.lines import FIELDS, WHO, WRONG, Reason, Remark, Said, Verdict


class Known(NamedTuple):
    """What is on record about somebody."""

    id: int
    said: Said


class Earlier(NamedTuple):
    """A line before this one."""

    line: int
    marks: Marks


@dataclass(frozen=True, slots=True)
class Judged:
    verdict: Verdict
    remarks: Sequence[Remark]
    record: int | None = None


class Outcome(StrEnum):
    """What taking a line over does."""

    ADD = "add"
    CHANGE = "change"
    NOTHING = "nothing"


class Decision(StrEnum):
    """What a person says about a doubtful line. TAKE: without what could not be read."""

    SAME = "same"
    OTHER = "other"
    TAKE = "take"


def marks_of(said: Said) -> Marks:
    return Marks(said.external_id, said.programme, said.from_year, said.to_year)


def differences(said: Said, known: Said) -> list[str]:
    """The fields in which a line says something else. What it does not say stays as it is."""
    return [name for name in FIELDS if (value := getattr(said, name)) is not None and value != getattr(known, name)]


def judge(
    said: Said,
    remarks: Sequence[Remark],
    namesakes: Sequence[Known],
    numbered: Sequence[Known],
    earlier: Collection[Earlier],
    numbered_earlier: int | None,
    lines_of: dict[int, int],
) -> Judged:
    """`namesakes` are on record with the same name, `numbered` with the same number; `earlier` are the lines with the
    same name, `numbered_earlier` the one with the same number, `lines_of` the lines that meant a record (its id)."""
    if any(remark.reason in WRONG for remark in remarks):
        return Judged(Verdict.WRONG, remarks)
    record, doubt = _find(said, namesakes, numbered)
    twin = _twin(said, earlier, numbered_earlier, lines_of.get(record.id) if record else None)
    who = [each for each in (twin, doubt) if each is not None]
    told = [*who, *remarks]
    changed = differences(said, record.said) if record is not None and not doubt else []
    if changed:
        told.append(Remark(Reason.CHANGES, ",".join(changed)))
    if who or remarks:
        verdict = Verdict.DOUBTFUL
    elif record is None:
        verdict = Verdict.NEW
    else:
        verdict = Verdict.CHANGED if changed else Verdict.SAME
    return Judged(verdict, told, record.id if record else None)


def _find(said: Said, namesakes: Sequence[Known], numbered: Sequence[Known]) -> tuple[Known | None, Remark | None]:
    """Who on record is meant, and what is doubtful about it."""
    if numbered:
        found = next((each for each in numbered if each in namesakes), None)
        return (found, None) if found else (numbered[0], Remark(Reason.OTHER_NAME, numbered[0].said.full_name))
    likeness = [(compare(marks_of(said), marks_of(each.said)), each) for each in namesakes]
    same = [each for like, each in likeness if like is Likeness.SAME]
    exact = [each for each in same if not differences(said, each.said)]
    if len(same) == 1 or exact:
        return (exact or same)[0], None
    unclear = same or [each for like, each in likeness if like is Likeness.UNCLEAR]
    if len(unclear) > 1:
        return None, Remark(Reason.SEVERAL, str(len(unclear)))
    return (unclear[0], Remark(Reason.KNOWN_NAME, unclear[0].said.full_name)) if unclear else (None, None)


def _twin(said: Said, earlier: Collection[Earlier], numbered: int | None, matched: int | None) -> Remark | None:
    """Whether a line before this one is, or may be, the same person."""
    line = numbered or matched
    if line is not None:
        return Remark(Reason.TWICE, str(line))
    likeness = [(compare(marks_of(said), each.marks), each.line) for each in earlier]
    for like, reason in ((Likeness.SAME, Reason.TWICE), (Likeness.UNCLEAR, Reason.NAMESAKE)):
        line = next((line for each, line in likeness if each is like), None)
        if line is not None:
            return Remark(reason, str(line))
    return None


def outcome(verdict: str, decision: str | None, has_record: bool) -> Outcome:
    """What taking over such a line does; a doubtful one without a decision is left out."""
    if verdict == Verdict.NEW or (verdict == Verdict.DOUBTFUL and decision == Decision.OTHER):
        return Outcome.ADD
    if verdict == Verdict.CHANGED or (verdict == Verdict.DOUBTFUL and decision == Decision.SAME):
        return Outcome.CHANGE if has_record else Outcome.NOTHING
    if verdict == Verdict.DOUBTFUL and decision == Decision.TAKE:
        return Outcome.CHANGE if has_record else Outcome.ADD
    return Outcome.NOTHING


def choices(remarks: Sequence[Remark]) -> tuple[Decision, ...]:
    """What may be decided about a doubtful line, beside leaving it out."""
    reasons = {remark.reason for remark in remarks}
    return (Decision.SAME, Decision.OTHER) if reasons & WHO else (Decision.TAKE,)
