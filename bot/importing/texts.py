"""Tables as text: which signs the bytes are, what parts the columns."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator

from bot.domain.importing.faults import Fault, Unreadable

PIECE = 1024 * 1024
SEPARATORS = ";,\t|"
# Lines that decide about the separator.
LOOKED_AT = 50
LONGEST_CELL = 20_000
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, ""),
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# In Chinese texts nearly all high bytes come in pairs of these: characters, their punctuation and full-width signs,
# letters of Pinyin. In German ones they stand alone.
LEAD, TRAIL = {*range(0xA1, 0xA4), 0xA8, *range(0xB0, 0xF8)}, range(0xA1, 0xFF)
MOSTLY = 0.7


def encoding_of(content: bytes) -> str:
    """How a text is written: by its mark, else the first of UTF-8, UTF-16, GB18030 and Windows' Latin letters that
    fits it strictly and looks right. Raises Unreadable."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            if not encoding or not _fits(content, encoding):
                raise Unreadable(Fault.ENCODING)
            return encoding
    if b"\x00" in content:
        return _of_wide(content)
    if _fits(content, "utf-8"):
        return "utf-8"
    chinese = _looks_chinese(content)
    for encoding in ("gb18030", "cp1252") if chinese else ("cp1252",):
        if _fits(content, encoding):
            return encoding
    raise Unreadable(Fault.ENCODING)


def _of_wide(content: bytes) -> str:
    """UTF-16 without a mark: line ends and separators have their empty half always on the same side."""
    even, odd = content[0::2].count(0), content[1::2].count(0)
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    clear = min(even, odd) == 0 and max(even, odd) * 20 > len(content)
    if len(content) % 2 or not clear or not _fits(content, encoding):
        raise Unreadable(Fault.NUL)
    return encoding


def _looks_chinese(content: bytes) -> bool:
    """Whether most of the bytes beyond ASCII make pairs as Chinese characters do."""
    high = pairs = place = 0
    sample = content[: 4 * PIECE]
    while place < len(sample):
        if sample[place] < 0x80:
            place += 1
            continue
        follows = sample[place + 1] if place + 1 < len(sample) else 0
        is_pair = sample[place] in LEAD and follows in TRAIL
        high += 2 if is_pair else 1
        pairs += 2 if is_pair else 0
        place += 2 if is_pair else 1
    return pairs > MOSTLY * high


def _fits(content: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(content), PIECE):
            if "\x00" in decoder.decode(content[start : start + PIECE]):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def rows_of(content: bytes, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of the line it begins in. Raises Unreadable with the line."""
    separator, skipped = _separator(content, encoding)
    csv.field_size_limit(LONGEST_CELL)
    with io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="") as stream:
        for _line in range(skipped):
            stream.readline()
        reader = csv.reader(stream, delimiter=separator, strict=True)
        line = skipped
        try:
            for cells in reader:
                yield line + 1, cells
                line = skipped + reader.line_num
        except csv.Error as error:
            fault = Fault.LONG_CELL if "field limit" in str(error) else Fault.QUOTES
            raise Unreadable(fault, line + 1) from None


def _separator(content: bytes, encoding: str) -> tuple[str, int]:
    """What parts the columns, and how many lines only say so ("sep=;", which Excel knows)."""
    with io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="") as stream:
        lines = [line for _number in range(LOOKED_AT) if (line := stream.readline(LONGEST_CELL))]
    first = lines[0].strip().lower() if lines else ""
    if first.startswith("sep=") and len(first) == 5:
        return first[4], 1
    return max(SEPARATORS, key=lambda sign: _agreement(lines, sign)), 0


def _agreement(lines: list[str], sign: str) -> tuple[int, int]:
    """In how many lines a sign parts as many columns as in most others, and how many; signs in quotes do not count."""
    counts = Counter(count for line in lines if (count := _outside_quotes(line).count(sign)))
    if not counts:
        return 0, 0
    columns, agreeing = max(counts.items(), key=lambda each: (each[1], each[0]))
    return agreeing, columns


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])
