"""Which column is what, what a cell means, whether two lines are one person: as tables."""

from typing import Any

import pytest

from bot.domain.importing.cells import join_name, read_address, said, unturn
from bot.domain.importing.columns import Column, find_heading, guess
from bot.domain.importing.headings import Meaning, spelt
from bot.domain.importing.identity import Likeness, Marks, compare
from bot.domain.importing.lines import Reading, Reason, Remark, Said
from bot.domain.importing.words import Vocabulary, key_of, vocabulary
from bot.domain.importing.years import read_span

M = Meaning
WORDS = vocabulary(
    [("1", ["Jiangsu programme", "Programm Jiangsu", "江苏项目"]), ("2", ["Programm Shanxi", "山西项目"]),
     ("3", ["Maschinenbau"]), ("4", ["Young professionals in Jiangsu"])],
    [("CN-JS", ["Jiangsu", "江苏", "江苏省"]), ("CN-SX", ["Shanxi", "山西"])],
    {"programme": {key_of("Altes Programm"): "2", key_of("Sonstige"): ""}},
    [(2, ["Jahrgang 12", "第十二届"], (2001, 2003)), (1, ["Jahrgang 12"], (None, 1999))],
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2005", (2005, 2005, True)), ("2005届", (2005, 2005, True)), ("05届", (2005, 2005, True)),
        ("Jg. 87", (1987, 1987, True)), ("WS 2004/05", (2004, 2005, True)), ("WS 99/00", (1999, 2000, True)),
        ("2004/2005", (2004, 2005, True)), ("SoSe 2008", (2008, 2008, True)), ("14.07.2005", (2005, 2005, True)),
        ("2005-07-14", (2005, 2005, True)), ("12.3.98", (1998, 1998, True)), ("09/2004", (2004, 2004, True)),
        ("38547", (2005, 2005, True)), ("38547.5", (2005, 2005, True)), ("2005年7月", (2005, 2005, True)),
        ("2001–2005", (2001, 2005, False)), ("98-02", (1998, 2002, False)),
        ("von 2001 bis 2005", (2001, 2005, False)), ("2001年9月-2005年7月", (2001, 2005, False)),
        ("2004-08", None), ("2033", None), ("1920", None), ("28", None), ("2005-2001", None), ("bald", None),
        ("123456", None), ("1, 2, 3", None), ("", None),
    ],
)  # fmt: skip
def test_years_as_lists_have_them(text: str, span: tuple[int, int, bool] | None) -> None:
    assert read_span(text, 2026) == span


@pytest.mark.parametrize(
    ("heads", "meanings"),
    [
        (["Vorname", "Name", "Studiengang", "E-Mail-Adresse"], [M.GIVEN, M.FAMILY, M.PROGRAMME, M.EMAIL]),
        (["Familienname", "Vorname", "Matr.-Nr.", "von", "bis"],
         [M.FAMILY, M.GIVEN, M.EXTERNAL_ID, M.FROM_YEAR, M.TO_YEAR]),
        (["姓名", "拼音", "省份", "届", "学号"], [M.NAME, M.OTHER_NAME, M.PROVINCE, M.YEARS, M.EXTERNAL_ID]),
        (["Name", "姓名", "Graduation year"], [M.NAME, M.OTHER_NAME, M.YEARS]),
        (["Name, Vorname", "Abschlussjahr (Ende)", "Herkunftsprovinz"], [M.NAME, M.YEARS, M.PROVINCE]),
        (["Name", "Name des Vaters", "Geburtsdatum", "Lfd. Nr."], [M.NAME, M.NOTHING, M.NOTHING, M.NOTHING]),
        (["Full name", "Student ID", "Degree programme", "Cohort"], [M.NAME, M.EXTERNAL_ID, M.PROGRAMME, M.YEARS]),
        (["NAME", "name", "NAME"], [M.NAME, M.OTHER_NAME, M.NOTHING]),
    ],
)  # fmt: skip
def test_headings_in_three_languages(heads: list[str], meanings: list[Meaning]) -> None:
    samples = [["1"] * len(heads)]
    assert [column.meaning for column in guess(heads, samples, WORDS, 2026)] == meanings


def test_no_heading_means_two_things() -> None:
    seen: dict[str, Meaning] = {}
    for name, meaning in spelt():
        assert seen.setdefault(key_of(name), meaning) is meaning, name


def test_columns_without_headings_are_known_by_what_stands_in_them() -> None:
    samples = [["7", "Anna Weber", "2005", "江苏", "a@b.de"], ["9", "王伟", "2006届", "Shanxi", "c@d.cn"]]
    found = guess(["", "", "", "", ""], samples, WORDS, 2026)
    assert [each.meaning for each in found] == [M.NOTHING, M.NAME, M.YEARS, M.PROVINCE, M.EMAIL]
    assert guess(["Geboren"], [["14.07.1985"]], WORDS, 2026)[0].meaning is M.NOTHING


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([["Name", "Jahrgang"], ["Anna Weber", "2005"]], 0),
        ([["Alumni der Jahre 2001–2005"], ["Stand: 1.3.2026"], ["Nr.", "Nachname", "Vorname"], ["1", "W", "A"]], 2),
        ([["Anna Weber", "2005"], ["Bo Chen", "2006"]], None),
        ([["Programm"], ["Jiangsu"]], None),
        ([["Liste A"], ["Wer", "Sonst", "Jahr"], ["Anna Weber", "Bonn", "2005"]], 1),
        ([["姓名"], ["王伟"]], 0),
    ],
)
def test_the_heading_is_found_below_titles(rows: list[list[str]], place: int | None) -> None:
    assert find_heading(rows) == place


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("programm jiangsu", "1"), ("Jiangsu", "1"), ("江苏", "1"), ("Maschinenbau (M.Sc.)", None),
        ("Diplom Maschinenbau", "3"), ("Altes  Programm", "2"), ("Sonstige", ""), ("Chemie", None),
    ],
)  # fmt: skip
def test_words_that_mean_a_programme(text: str, value: str | None) -> None:
    assert WORDS.programme(text) == value


def test_cells_that_say_nothing_say_nothing() -> None:
    assert [said(cell) for cell in ("-", "k.A.", None, "n/a", 0.0, " 无 ", "#N/A", True)] == [
        "", "", "", "", "0", "", "", "True"]  # fmt: skip
    assert said(" Anna\u00a0\u200b Weber\n") == "Anna Weber"


def test_names_from_two_columns_and_from_lists() -> None:
    joined = [join_name("Anna", "Weber"), join_name("伟", "王"), join_name("", "Weber")]
    assert joined == ["Anna Weber", "王伟", "Weber"]
    assert [unturn(each) for each in ("Weber, Anna", "Weber,", "A, B, C", "Anna Weber")] == [
        "Anna Weber", "Weber,", "A, B, C", "Anna Weber"]  # fmt: skip


def test_addresses() -> None:
    assert read_address("mailto:Anna.W@Example.DE; b@c.de") == "Anna.W@example.de"
    assert [read_address(each) for each in ("anna", "a@b", "@b.de", "a b@", f"{'a' * 70}@{'b' * 190}.de")] == [None] * 5


def line(**texts: str) -> tuple[Said, list[Remark]]:
    reading = Reading([], WORDS, 2026, {"relation": "scholarship"})
    return reading.read({Meaning(name.rstrip("_")): text for name, text in texts.items()})


def test_a_line_becomes_a_person() -> None:
    person, remarks = line(name="李雪梅", other="LI Xuemei", number="0047", programme="山西项目", years="2009届",
                           province="山西", direction="赴德", email="li@x.cn")  # fmt: skip
    assert remarks == []
    assert person.to_json() == {
        "full_name": "李雪梅", "other_name": "LI Xuemei", "external_id": "0047", "email": "li@x.cn", "programme": 2,
        "to_year": 2009, "province": "CN-SX", "direction": "to-germany", "relation": "scholarship",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "years"),
    [
        ({"from": "2001", "to": "2005"}, (2001, 2005)),
        ({"from": "WS 2001/02", "to": "WS 2004/05"}, (2001, 2005)),
        ({"years": "2001-2005"}, (2001, 2005)),
        ({"years": "2004/05"}, (None, 2005)),
        ({"from": "2001-2005"}, (2001, 2005)),
        ({"from": "2005", "to": "2001"}, (None, None)),
        ({"from": "2001", "to": "bald"}, (2001, None)),
        ({"years": "Jahrgang 12", "programme": "山西项目"}, (2001, 2003)),
        ({"years": "jahrgang 12", "programme": "Jiangsu"}, (None, 1999)),
        ({"years": "第十二届", "programme": "Maschinenbau"}, (None, None)),
    ],
)
def test_from_and_to(texts: dict[str, str], years: tuple[int | None, int | None]) -> None:
    person, _remarks = line(name="Anna Weber", **texts)
    assert (person.from_year, person.to_year) == years


@pytest.mark.parametrize(
    ("texts", "remarks"),
    [
        ({"programme": "Jiangsu"}, [(Reason.NO_NAME, "")]),
        ({"name": "=cmd|' /C calc'!A0"}, [(Reason.NOT_A_NAME, "=cmd|' /C calc'!A0")]),
        ({"name": "A" * 130}, [(Reason.LONG_NAME, "A" * 120)]),
        ({"name": "Anna Weber", "number": "9" * 61}, [(Reason.LONG_NUMBER, "9" * 60)]),
        ({"name": "Anna Weber", "programme": "Chemie"}, [(Reason.UNKNOWN_PROGRAMME, "Chemie")]),
        ({"name": "Anna Weber", "programme": "Sonstige"}, []),
        ({"name": "Anna Weber", "province": "Mordor"}, [(Reason.UNKNOWN_PROVINCE, "Mordor")]),
        ({"name": "Anna Weber", "to": "2099"}, [(Reason.NO_YEAR, "2099")]),
        ({"name": "Anna Weber", "years": "2005-2001"}, [(Reason.REVERSED, "2005-2001")]),
        ({"name": "Anna Weber", "from": "2005", "to": "2001"}, [(Reason.REVERSED, "2005–2001")]),
        ({"name": "Anna Weber", "email": "anna at b.de"}, [(Reason.NO_ADDRESS, "anna at b.de")]),
        ({"name": "Anna Weber", "relation": "Kunde"}, [(Reason.UNKNOWN_RELATION, "Kunde")]),
    ],
)
def test_what_is_to_be_said_about_a_line(texts: dict[str, Any], remarks: list[tuple[Reason, str]]) -> None:
    assert line(**texts)[1] == remarks


def test_a_heading_that_is_repeated_is_no_person() -> None:
    reading = Reading([Column(0, "Name", M.NAME), Column(2, "Jahr", M.YEARS)], Vocabulary(), 2026, {})
    assert reading.is_heading(["Name", "x", "Jahr"]) and not reading.is_heading(["Name", "", "2005"])
    assert reading.texts(["Anna Weber", "x"]) == {M.NAME: "Anna Weber"}


@pytest.mark.parametrize(
    ("one", "two", "likeness"),
    [
        (("1", 1, None, 2005), ("1", 2, None, 1999), Likeness.SAME),
        (("1", 1, None, 2005), ("2", 1, None, 2005), Likeness.OTHER),
        ((None, 1, None, 2005), ("2", 1, None, 2005), Likeness.SAME),
        ((None, 1, None, None), ("2", 1, None, 2005), Likeness.SAME),
        ((None, 1, None, 2005), (None, 1, None, 2006), Likeness.OTHER),
        ((None, 1, None, 2005), (None, 2, None, 2005), Likeness.OTHER),
        ((None, None, None, None), (None, 2, None, 2005), Likeness.UNCLEAR),
        ((None, None, 2001, None), (None, None, None, 2005), Likeness.UNCLEAR),
    ],
)
def test_two_people_of_one_name(one: tuple[Any, ...], two: tuple[Any, ...], likeness: Likeness) -> None:
    assert compare(Marks(*one), Marks(*two)) is compare(Marks(*two), Marks(*one)) is likeness
