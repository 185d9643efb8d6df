"""How alike two people are: names in any script, order and spelling; studies; never on studies alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.likeness import Alike, Known, Reason, Studied, compare
from db.names import spellings_of


def known(name: str, *studies: Studied, other: str | None = None) -> Known:
    written, read = spellings_of(name, other)
    return Known(written, read, studies)


ALIKE = [
    ("Anna Weber", "Anna Weber", Reason.SAME_NAME),
    ("Anna Weber", "WEBER, Anna", Reason.SAME_NAME),
    ("Jürgen Müller", "Juergen Mueller", Reason.SAME_NAME),
    ("Jürgen Müller", "Muller Jurgen", Reason.SAME_NAME),
    ("Max Groß", "Max Gross", Reason.SAME_NAME),
    ("Chen Shibo", "CHEN Shi-Bo", Reason.SAME_NAME),
    ("Chen Shibo", "Shibo Chen", Reason.SAME_NAME),
    ("CHEN Shi-Bo", "Shi Bo Chen", Reason.SAME_NAME),
    ("陈诗博", "陳詩博", Reason.SAME_NAME),
    ("陈 诗博", "陈诗博", Reason.SAME_NAME),
    ("陈诗博", "Chen Shibo", Reason.OTHER_SCRIPT),
    ("陈诗博", "CHEN Shi-Bo", Reason.OTHER_SCRIPT),
    ("Shibo Chen", "陈诗博", Reason.OTHER_SCRIPT),
    ("吕静", "Lü Jing", Reason.OTHER_SCRIPT),
    ("吕静", "Lyu Jing", Reason.OTHER_SCRIPT),
    ("欧阳娜娜", "Nana Ouyang", Reason.OTHER_SCRIPT),
    ("陈诗博", "Chen Shibbo", Reason.SIMILAR_NAME),
    ("Katharina Schmidt", "Katarina Schmitt", Reason.SIMILAR_NAME),
    ("Schmidt Katharina", "Katharina Schmitd", Reason.SIMILAR_NAME),
    ("Anna Weber", "Anna Maria Weber", Reason.PART_OF_NAME),
    ("陈诗博", "陈世博", Reason.SOUNDS_ALIKE),
]
APART = [
    ("Anna Weber", "Katrin Koch"),
    ("Anna Weber", "Anna Koch"),
    ("Weber", "Anna Weber"),
    ("Wang Wei", "Wang Fang"),
    ("Li Na", "Li Ming"),
    ("王伟", "王芳"),
    ("王伟", "Wang Fang"),
    ("", "Anna Weber"),
]


@pytest.mark.parametrize(("one", "two", "reason"), ALIKE, ids=lambda each: str(each))
def test_one_name_in_two_spellings(one: str, two: str, reason: Reason) -> None:
    found = compare(known(one), known(two))
    assert found.reasons == (reason,)
    assert found.is_likely == (reason != Reason.SOUNDS_ALIKE)
    assert compare(known(two), known(one)) == found


@pytest.mark.parametrize(("one", "two"), APART)
def test_two_names(one: str, two: str) -> None:
    here = Studied(1, 1, 2007, 2012)
    assert compare(known(one, here), known(two, here)) == Alike(0)


def test_a_second_name_in_the_other_script_is_enough() -> None:
    assert compare(known("Sabine Chen", other="陈诗博"), known("Chen Shibo")).reasons == (Reason.OTHER_SCRIPT,)
    assert compare(known("Sabine Chen", other="陈诗博"), known("陈诗博")).reasons == (Reason.SAME_NAME,)


STUDIES = [
    (Studied(1, 1, 2007, 2012), Studied(1, 1, 2007, 2012), 100, (Reason.SAME_PROGRAMME, Reason.YEARS_MEET)),
    (Studied(1, 1, 2007, 2012), Studied(1, 1, None, 2013), 100, (Reason.SAME_PROGRAMME, Reason.YEARS_MEET)),
    (Studied(1, 1, 2007, 2012), Studied(1, 1, 2014, 2016), 55, (Reason.SAME_PROGRAMME, Reason.OTHER_YEARS)),
    (Studied(1, 1, 2007, 2012), Studied(1), 68, (Reason.SAME_INSTITUTION,)),
    (Studied(1, 1, 2007, 2012), Studied(1, 2, 2012, 2014), 75, (Reason.OTHER_PROGRAMME, Reason.YEARS_MEET)),
    (Studied(1, 1, 2007, 2012), Studied(1, 2, 1990, 1995), 30, (Reason.OTHER_PROGRAMME, Reason.OTHER_YEARS)),
    (Studied(1, 1, 2007, 2012), Studied(2, 3, 2007, 2012), 60, ()),
]


@pytest.mark.parametrize(("one", "two", "score", "reasons"), STUDIES)
def test_studies_speak_for_it_or_against_it(
    one: Studied, two: Studied, score: int, reasons: tuple[Reason, ...]
) -> None:
    found = compare(known("Anna Weber", one), known("Anna Weber", two))
    assert found == Alike(score, (Reason.SAME_NAME, *reasons))


def test_of_several_studies_the_closest_counts() -> None:
    mine = (Studied(1, 1, 2001, 2004), Studied(2, 5, 2005, 2008))
    assert compare(known("Anna Weber", *mine), known("Anna Weber", Studied(2, 5, 2005, 2008))).score == 100


NAMES = st.text(alphabet="aäßnmo 陈诗博-'", max_size=12)


@given(NAMES, NAMES)
def test_a_score_is_a_share_of_a_hundred_and_the_same_both_ways(one: str, two: str) -> None:
    found = compare(known(one), known(two))
    assert 0 <= found.score <= 100
    assert found == compare(known(two), known(one))
