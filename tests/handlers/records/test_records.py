"""The list of fields follows the models; the document is written in each language and taken along as a file."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.conversation.house import Controller, House
from bot.conversation.i18n import LANGUAGES, speaking
from bot.domain.retention import Keep, Kind
from db.models import Base
from handlers.records.document import write
from handlers.records.fields import FIELDS, IMPERSONAL
from handlers.records.taking import TakeRecords
from handlers.records.terms import Activity
from tests.leftovers import leftovers
from tests.people import member
from tests.stage import START, Stage

LISTED = [(block.table, column) for block in FIELDS for column in block.fields]
HOUSE = House(
    "Alumni", Controller("TU Chemnitz", "", "", "", "SDTB"), "https://alumni.example", b"x", keep=Keep(words=33)
)


def test_every_column_about_people_is_in_the_list_once_and_none_that_is_gone() -> None:
    """A new column needs its meaning in `handlers/records`; a new table about nobody belongs to IMPERSONAL."""
    columns = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        if table.name not in IMPERSONAL
        for column in table.columns
    }
    assert set(LISTED) == columns
    assert len(LISTED) == len(columns)


def test_no_table_that_knows_members_is_called_impersonal() -> None:
    for name in IMPERSONAL:
        assert not any(key.column.table.name == "member" for key in Base.metadata.tables[name].foreign_keys), name


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_the_document_is_whole_in_each_language(language: str) -> None:
    with speaking(language):
        text = write(HOUSE, START)
    assert leftovers(language, text) == []
    assert all(f"`{column}`" in text for _table, column in LISTED)
    assert all(words in text for words in ("| TU Chemnitz |", "| SDTB |", "| – |"))
    assert re.search(r"\b33 ?(days|Tage|天)", text)
    assert "{" not in text
    assert text.count("\n### ") == 2 * len(Activity)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert all(line.count(" | ") in (1, 2) for line in rows if "\\|" not in line)


def test_what_goes_by_itself_is_kept_by_some_field() -> None:
    """Kinds that go with a whole person or form of record are the exception."""
    kept = {block.kept for block in FIELDS}
    assert set(Kind) - kept == {Kind.REGISTRATIONS, Kind.GUESTS, Kind.CONTACTS}


def test_it_is_printed_by_the_command_line(tmp_path: Path) -> None:
    environment = {"SECRET_KEY": "x" * 32, "PATH": "", "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "records", "--language", "zh"],
        capture_output=True,
        env=environment | {"PYTHONIOENCODING": "utf-8"},
        cwd=tmp_path,
        timeout=60,
    )
    assert done.stdout.decode().startswith("# 处理活动记录与数据字段清单\n"), done.stderr


async def test_coordinators_take_it_along_as_a_file(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True, door="web")
    await koch.says("/retention")
    await koch.taps("Records of processing")
    koch.reads(
        "This is how the program is set up today. Please read it through, add what your servers do, and file it with "
        "your data protection officer."
    )
    shown = next(message for message in koch.messages() if message.raw.get("file"))
    status, content = await koch.downloads(shown.raw["file"]["url"])  # type: ignore[attr-defined]
    assert status == 200
    assert b"| `full_name` |" in content
    assert b"TU Chemnitz" in content


async def test_a_forged_tap_gets_a_sentence(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    await anna.presses(TakeRecords().pack(), None)
    anna.reads("This is for coordinators.")
