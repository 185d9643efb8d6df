"""Lists that come in, in words: states, verdicts, what columns hold, why a line is doubtful or a file is refused."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.i18n import _, labelled, listed, named, ngettext, number, pgettext
from bot.domain.importing.faults import LARGEST_FILE, LARGEST_UNPACKED, MEGABYTE, MOST_CELLS, MOST_LINES, Fault
from bot.domain.importing.headings import Meaning
from bot.domain.importing.lines import Reason, Remark, Verdict
from bot.domain.importing.verdicts import Outcome
from db import imports
from db.models.lists import Programme
from db.models.records import Import, ImportState


def state_names() -> dict[str, Markup]:
    return {
        ImportState.OPEN: pgettext("list", "waits for its file"),
        ImportState.READING: pgettext("list", "being read"),
        ImportState.MAPPING: pgettext("list", "columns to confirm"),
        ImportState.CHECKING: pgettext("list", "dry run under way"),
        ImportState.CHECKED: pgettext("list", "dry run done"),
        ImportState.TAKING: pgettext("list", "being taken over"),
        ImportState.TAKEN: pgettext("list", "taken over"),
        ImportState.GIVEN_UP: pgettext("list", "given up"),
        ImportState.FAILED: pgettext("list", "could not be read"),
    }


def verdict_names() -> dict[str, Markup]:
    return {
        Verdict.NEW: pgettext("lines", "New"),
        Verdict.CHANGED: pgettext("lines", "Changed"),
        Verdict.SAME: pgettext("lines", "Same as on record"),
        Verdict.DOUBTFUL: pgettext("lines", "Doubtful"),
        Verdict.WRONG: pgettext("lines", "Wrong"),
        Verdict.ERASED: pgettext("lines", "Not taken over"),
    }


def meaning_names() -> dict[Meaning, Markup]:
    return {
        Meaning.NOTHING: pgettext("column", "– is not read –"),
        Meaning.NAME: pgettext("column", "Whole name"),
        Meaning.GIVEN: pgettext("column", "Given name"),
        Meaning.FAMILY: pgettext("column", "Family name"),
        Meaning.OTHER_NAME: _("Name in another script"),
        Meaning.EXTERNAL_ID: pgettext("column", "Number at the university"),
        Meaning.EMAIL: pgettext("column", "E-mail"),
        Meaning.PROGRAMME: pgettext("column", "Programme"),
        Meaning.YEARS: pgettext("column", "Cohort, or years from–to"),
        Meaning.FROM_YEAR: pgettext("column", "Year of beginning"),
        Meaning.TO_YEAR: pgettext("column", "Year of leaving"),
        Meaning.PROVINCE: pgettext("column", "Province"),
        Meaning.DIRECTION: pgettext("column", "Direction"),
        Meaning.RELATION: pgettext("column", "Relation"),
    }


# The fields of a record (`Said`), by what the columns are called.
_FIELDS = {
    "full_name": Meaning.NAME,
    "other_name": Meaning.OTHER_NAME,
    "external_id": Meaning.EXTERNAL_ID,
    "email": Meaning.EMAIL,
    "programme": Meaning.PROGRAMME,
    "from_year": Meaning.FROM_YEAR,
    "to_year": Meaning.TO_YEAR,
    "province": Meaning.PROVINCE,
    "direction": Meaning.DIRECTION,
    "relation": Meaning.RELATION,
}


def reason_text(remark: Remark) -> Markup:
    """One sentence about a line. It may quote what stands there: for the page only, never for a chat."""
    if remark.reason is Reason.CHANGES:
        names = [str(meaning_names()[_FIELDS[each]]) for each in remark.about.split(",") if each in _FIELDS]
        return _("Changes what is on record: {fields}.").format(fields=listed(names))
    return _REASONS[remark.reason]().format(about=remark.about)


_REASONS = {
    Reason.NO_NAME: lambda: _("There is no name in this line."),
    Reason.NOT_A_NAME: lambda: _("“{about}” is not a name: a name has letters only, with spaces, hyphens or dots."),
    Reason.LONG_NAME: lambda: _("The name is too long: at most 120 characters are kept. It begins with “{about}”."),
    Reason.LONG_NUMBER: lambda: _("The number is too long: at most 60 characters are kept. It begins with “{about}”."),
    Reason.UNKNOWN_PROGRAMME: lambda: _("“{about}” is none of the programmes of this institution."),
    Reason.UNKNOWN_PROVINCE: lambda: _("“{about}” is no province or state that we know."),
    Reason.UNKNOWN_DIRECTION: lambda: _("“{about}” says neither to Germany nor to China."),
    Reason.UNKNOWN_RELATION: lambda: _("“{about}” is not one of the relations that we know."),
    Reason.NO_YEAR: lambda: _("“{about}” is no year we can be sure of, between 1940 and next year."),
    Reason.REVERSED: lambda: _("The years are the wrong way round: {about}."),
    Reason.NO_ADDRESS: lambda: _("“{about}” is no e-mail address."),
    Reason.TWICE: lambda: _("The same person stands in line {about} already."),
    Reason.NAMESAKE: lambda: _("Somebody of this name stands in line {about}, and nothing tells the two apart."),
    Reason.KNOWN_NAME: lambda: _("Somebody of this name is on record ({about}), and nothing tells the two apart."),
    Reason.SEVERAL: lambda: _("Several people of this name are on record ({about}), and it may be any of them."),
    Reason.OTHER_NAME: lambda: _("This number is on record for another name: {about}."),
    Reason.NOT_YOURS: lambda: _("This programme is not among those you answer for."),
    Reason.ERASED: lambda: _("This person asked for erasure and is not brought back."),
}


def fault_text(fault: Mapping[str, Any]) -> Markup:
    """Why a file is refused, and what to do."""
    text = _FAULTS[Fault(fault.get("fault", Fault.DIED))]()
    return text.format(
        line=fault.get("line") or "?",
        most=number(MOST_LINES),
        cells=number(MOST_CELLS),
        limit=number(LARGEST_UNPACKED // MEGABYTE),
        size=number(LARGEST_FILE // MEGABYTE),
    )


_FAULTS = {
    Fault.EMPTY: lambda: _("There is nothing in the file."),
    Fault.PDF: lambda: _("This is a PDF. Please send the table it was made from, as XLSX or CSV."),
    Fault.PICTURE: lambda: _("This is a picture. Please send the table itself, as XLSX or CSV."),
    Fault.DOCUMENT: lambda: _("This is a text document. Please copy its table to a spreadsheet, and save it as XLSX."),
    Fault.WEB_PAGE: lambda: _(
        "This is a web page, whatever its name says. Please open it in Excel and save it as an Excel workbook (XLSX)."
    ),
    Fault.ARCHIVE: lambda: _("This is an archive. Please unpack it and send the table that is in it."),
    Fault.NUMBERS: lambda: _(
        "This is a document of Apple’s Numbers. Please export it there as Excel (XLSX) and send that."
    ),
    Fault.UNKNOWN: lambda: _("This is no table. Please send an XLSX or CSV file."),
    Fault.PASSWORD: lambda: _("The file has a password. Please save a copy without one and send that."),
    Fault.DAMAGED: lambda: _("The file is damaged. Please open it in Excel, save it again and send it once more."),
    Fault.UNPACKED: lambda: _(
        "Unpacked, the file is larger than {limit} MB. Please copy only the cells that are needed to a new workbook."
    ),
    Fault.MANY_CELLS: lambda: _(
        "The sheet has more than {cells} cells, empty ones counted. Please delete what is not needed or save it as CSV."
    ),
    Fault.MANY_LINES: lambda: _("The list has more than {most} lines. Please split it and send the parts one by one."),
    Fault.NUL: lambda: _("The file has signs that no text has. Please save it again as CSV (UTF-8) or XLSX."),
    Fault.ENCODING: lambda: _("The letters of the file cannot be read. Please save it as CSV (UTF-8) or XLSX."),
    Fault.QUOTES: lambda: _("In line {line} a quotation mark is not closed, or closed too early. Please correct it."),
    Fault.LONG_CELL: lambda: _(
        "In line {line} a cell has no end: perhaps a quotation mark is not closed. Please correct it."
    ),
    Fault.NO_NAMES: lambda: _("No column holds names. Please say which one does."),
    Fault.DIED: lambda: _(
        "Reading the file failed, and nothing was kept. Please copy the table to a new workbook and try once more."
    ),
}


def figures_text(session: Session, row: Import) -> Markup:
    """Counts, and nothing but counts: of the lines, and of the programmes."""
    counts = row.counts or {}
    verdicts, names = counts.get("verdicts", {}), verdict_names()
    lines = [labelled(names[each], number(verdicts[each])) for each in Verdict if verdicts.get(each)]
    if row.state == ImportState.TAKEN:
        lines = [
            ngettext("{n} record added", "{n} records added", counts["added"]).format(n=number(counts["added"])),
            ngettext("{n} record changed", "{n} records changed", counts["altered"]).format(
                n=number(counts["altered"])
            ),
        ]
    return Markup("\n").join([*lines, *_programme_lines(session, counts.get("programmes", {}))])


def _programme_lines(session: Session, counted: Mapping[str, int]) -> list[Markup]:
    programmes = [session.get(Programme, int(ident)) for ident in counted if int(ident)]
    ordered = sorted((row for row in programmes if row is not None), key=lambda row: row.position)
    lines = [Markup("· {}: {}").format(named(row.names), number(counted[str(row.id)])) for row in ordered]
    without = counted.get("0")
    return [*lines, *([_("· without a programme: {n}").format(n=number(without))] if without else [])]


def plan_text(session: Session, row: Import) -> tuple[Markup, bool]:
    """What taking the list over would do now, and whether there is anything to do."""
    tally = imports.tally(session, row.id)
    new, changed = tally.outcomes[Outcome.ADD], tally.outcomes[Outcome.CHANGE]
    left = sum(tally.verdicts.values()) - new - changed - tally.verdicts.get(Verdict.SAME, 0)
    text = _("Taking it over adds {new} records and changes {changed}. Left out: {left}.").format(
        new=number(new), changed=number(changed), left=number(left)
    )
    return text, bool(new + changed)
