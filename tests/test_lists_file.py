"""The file of institutions: what is wrong with it is said with its place, and without one nothing that is there is
touched."""

from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.lists_file import EXAMPLE, UnreadableLists, read_lists
from db.models.lists import Institution
from tests.stage import Stage

UNIVERSITY = '[[institutions]]\nslug = "uni"\nen = "University"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[institutions]\n", "line 1"),
        ("", "institutions: Field required"),
        ('[[institutions]]\nen = "University"\n', "institutions › 1 › slug: Field required"),
        ('[[institutions]]\nslug = "uni"\n', "institutions › uni › en: Field required"),
        (
            '[[institutions]]\nslug = "Uni Bonn"\nen = "U"\n',
            "institutions › Uni Bonn › slug: String should",
        ),
        (UNIVERSITY + 'programes = [{ slug = "a", en = "A" }]\n', "institutions › uni › programes: Extra inputs"),
        (UNIVERSITY + 'programmes = [{ slug = "a", en = "" }]\n', "uni › programmes › a › en: String should have at"),
        (UNIVERSITY + '[[topics]]\nslug = "t"\nen = 5\n', "topics › t › en: Input should be a valid string"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "lists.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableLists) as refused:
        read_lists(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert said in str(refused.value)


def test_a_file_that_is_not_there_and_one_in_another_encoding_are_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableLists, match="No such file"):
        read_lists(tmp_path / "nowhere.toml")
    (tmp_path / "latin.toml").write_bytes('[[institutions]]\nslug = "u"\nen = "Universität"\n'.encode("latin-1"))
    with pytest.raises(UnreadableLists, match="utf-8"):
        read_lists(tmp_path / "latin.toml")


def test_the_example_is_as_it_should_be() -> None:
    assert {each["slug"] for each in read_lists(EXAMPLE)["institutions"]} >= {"tu-chemnitz", "nrw-programmes"}


@pytest.mark.door("web")
@pytest.mark.language("en")
async def test_without_a_file_what_is_there_stays_as_it_is(stage: Stage) -> None:
    """Whoever forgets LISTS_FILE once does not get the example's institutions instead of their own."""
    closing = update(Institution).where(Institution.slug != "tu-chemnitz").values(closed=True)
    stage.looks_up(lambda session: session.execute(closing))
    await stage.restart()
    still = stage.looks_up(lambda session: list(session.scalars(select(Institution.slug).where(~Institution.closed))))
    assert still == ["tu-chemnitz"]


@pytest.mark.door("web")
@pytest.mark.language("en")
async def test_with_a_file_its_entries_are_open_and_others_closed(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "lists.toml"
    path.write_text(UNIVERSITY, encoding="utf-8")
    await stage.restart(lists_file=path)
    still = stage.looks_up(lambda session: list(session.scalars(select(Institution.slug).where(~Institution.closed))))
    assert still == ["uni"]
