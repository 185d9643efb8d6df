"""What people type for a day, a time, a duration or a number, as tables."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.dates import show_duration
from bot.conversation.i18n import LANGUAGES, speaking
from bot.conversation.times import long_day
from bot.conversation.typed_dates import Fault, read_day
from bot.conversation.typed_numbers import read_number
from bot.conversation.typed_times import read_duration, read_time

# A Tuesday.
TODAY = date(2026, 3, 10)
THE_TWELFTH = date(2026, 3, 12)

HOSTILE = (
    "",
    " ",
    "abc",
    "🎉",
    "<b>12.3.</b>",
    "<script>alert(1)</script>",
    "'; drop table member; --",
    "{day}",
    "12" * 2048,
    "二" * 4096,
    "1.1." + " " * 4090 + "x",
    "½" * 50,
    "\x00",
)


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("12.3.", "de"),
        ("12.3", "de"),
        ("12.03.", "de"),
        ("12. 3.", "de"),
        ("12.3.2026", "de"),
        ("12.03.26", "de"),
        ("12. März", "de"),
        ("12. März 2026", "de"),
        ("12 maerz 2026", "de"),
        ("12. Mrz. 2026", "de"),
        ("Do, 12.3.", "de"),
        ("Do., 12. März 2026", "de"),
        ("Donnerstag, den 12. März", "de"),
        ("am Donnerstag, 12.3.2026", "de"),
        ("12.3. (Do)", "de"),
        ("12.3. 🎉", "de"),
        ("übermorgen", "de"),
        ("ÜBERMORGEN!", "de"),
        ("Donnerstag", "de"),
        ("am Donnerstag", "de"),
        ("Do", "de"),
        ("Do.", "de"),
        ("12 Mar 2026", "en"),
        ("12 March", "en"),
        ("March 12", "en"),
        ("Mar 12, 2026", "en"),
        ("12th of March", "en"),
        ("the 12th of March, 2026", "en"),
        ("12/03/2026", "en"),
        ("12/3", "en"),
        ("3/25/2026", "en"),
        ("Thu, 12 Mar 2026", "en"),
        ("12 March (Thursday)", "en"),
        ("Thu", "en"),
        ("on Thursday", "en"),
        ("day after tomorrow", "en"),
        ("3月12日", "zh_Hans"),
        ("3月12号", "zh_Hans"),
        ("3月12", "zh_Hans"),
        ("3 月 12 日", "zh_Hans"),
        ("三月十二日", "zh_Hans"),
        ("2026年3月12日", "zh_Hans"),
        ("26年3月12日", "zh_Hans"),
        ("二〇二六年三月十二日", "zh_Hans"),
        ("２０２６年３月１２日", "zh_Hans"),
        ("2026年3月12日 周四", "zh_Hans"),
        ("3月12日（星期四）", "zh_Hans"),
        ("周四3月12日", "zh_Hans"),
        ("后天", "zh_Hans"),
        ("后天。", "zh_Hans"),
        ("周四", "zh_Hans"),
        ("星期四", "zh_Hans"),
        ("礼拜四", "zh_Hans"),
        ("本周四", "zh_Hans"),
        ("3.12", "zh_Hans"),
        ("3/12", "zh_Hans"),
        ("12/03/2026", "zh_Hans"),
    ],
)
def test_a_day_is_understood_as_its_reader_writes_it(typed: str, language: str) -> None:
    expected = date(2026, 3, 25) if "25" in typed else THE_TWELFTH
    assert read_day(typed, language, TODAY) == expected


@pytest.mark.parametrize("language", list(LANGUAGES))
@pytest.mark.parametrize(
    "typed", ["2026-03-12", "2026-3-12", "2026.3.12", "2026/3/12", "20260312", "２０２６－０３－１２", " 2026-03-12 "]
)
def test_a_day_that_begins_with_the_year_is_understood_everywhere(typed: str, language: str) -> None:
    assert read_day(typed, language, TODAY) == THE_TWELFTH


@pytest.mark.parametrize("language", list(LANGUAGES))
@pytest.mark.parametrize("typed", ["12. März", "12 March", "3月12日", "übermorgen", "后天", "Thursday", "Donnerstag"])
def test_whatever_one_reads_one_may_write_in_another_language(typed: str, language: str) -> None:
    assert read_day(typed, language, TODAY) == THE_TWELFTH


@pytest.mark.parametrize(
    ("typed", "days"),
    [("heute", 0), ("today", 0), ("今天", 0), ("morgen", 1), ("tomorrow", 1), ("明天", 1), ("大后天", 3)],
)
def test_near_days_have_names(typed: str, days: int) -> None:
    assert read_day(typed, "de", TODAY) == TODAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Dienstag", date(2026, 3, 17)),
        ("Mittwoch", date(2026, 3, 11)),
        ("Mon", date(2026, 3, 16)),
        ("Sonnabend", date(2026, 3, 14)),
        ("周日", date(2026, 3, 15)),
        ("星期天", date(2026, 3, 15)),
        ("周一", date(2026, 3, 16)),
        ("下周三", date(2026, 3, 18)),
        ("下周一", date(2026, 3, 16)),
        ("这周二", date(2026, 3, 10)),
        ("这周一", date(2026, 3, 9)),
    ],
)
def test_a_weekday_is_the_next_one_after_today(typed: str, expected: date) -> None:
    assert read_day(typed, "de", TODAY) == expected


@pytest.mark.parametrize(
    ("typed", "language", "expected"),
    [
        ("10.3.", "de", date(2026, 3, 10)),
        ("9.3.", "de", date(2027, 3, 9)),
        ("1月1日", "zh_Hans", date(2027, 1, 1)),
        ("29 Feb", "en", date(2028, 2, 29)),
        ("4.5.", "de", date(2026, 5, 4)),
        ("4/5", "en", date(2026, 5, 4)),
        ("4/5", "zh_Hans", date(2026, 4, 5)),
        ("25/3", "zh_Hans", date(2026, 3, 25)),
        ("3-25", "zh_Hans", date(2026, 3, 25)),
    ],
)
def test_a_day_without_a_year_is_the_next_such_day(typed: str, language: str, expected: date) -> None:
    assert read_day(typed, language, TODAY) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("9.3.2026", date(2026, 3, 9)), ("27. November 2033", date(2033, 11, 27)), ("1.1.1999", date(1999, 1, 1))],
)
def test_whether_a_day_may_be_chosen_is_not_asked_here(typed: str, expected: date) -> None:
    assert read_day(typed, "de", TODAY) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "31.2.",
        "31.2.2027",
        "29.2.2027",
        "32.1.",
        "0.3.",
        "12.13.",
        "3.25.",
        "Feb 30",
        "2月30日",
        "2026-13-01",
        "0000-01-01",
    ],
)
def test_a_day_that_does_not_exist_is_told_from_nonsense(typed: str) -> None:
    assert read_day(typed, "de", TODAY) is Fault.NO_SUCH_DAY


@pytest.mark.parametrize("typed", ["Fr, 12.3.", "Friday 12 March 2026", "3月12日 周五", "12.3.2026 (Mo)"])
def test_a_weekday_that_contradicts_its_date_is_noticed(typed: str) -> None:
    assert read_day(typed, "en", TODAY) is Fault.OTHER_WEEKDAY


@pytest.mark.parametrize(
    "typed",
    [
        *HOSTILE,
        "12",
        "12.",
        "March",
        "March 2026",
        "2026",
        "next year",
        "19:30",
        "12.3.-14.3.",
        "1.2.3.4",
        "周",
        "12 3",
    ],
)
@pytest.mark.parametrize("language", list(LANGUAGES))
def test_what_is_no_day_is_never_guessed(typed: str, language: str) -> None:
    assert read_day(typed, language, TODAY) is Fault.NOT_A_DAY


@given(st.dates(date(2026, 3, 10), date(2029, 3, 31)), st.sampled_from(list(LANGUAGES)))
def test_a_day_as_we_show_it_is_understood(day: date, language: str) -> None:
    with speaking(language):
        assert read_day(long_day(day), language, TODAY) == day


@given(st.text(max_size=80), st.sampled_from(list(LANGUAGES)))
def test_nothing_typed_breaks_the_reading(typed: str, language: str) -> None:
    read_day(typed, language, TODAY), read_time(typed), read_duration(typed), read_number(typed)


@given(st.text("0123456789.,:-/ 年月日点半周十百零两小时hpam½", max_size=30), st.sampled_from(list(LANGUAGES)))
def test_nothing_that_is_nearly_right_breaks_the_reading(typed: str, language: str) -> None:
    read_day(typed, language, TODAY), read_time(typed), read_duration(typed), read_number(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "19:30",
        "19.30",
        "19 30",
        "1930",
        "19:30 Uhr",
        "19 Uhr 30",
        "um 19.30 Uhr",
        "19h30",
        "7:30 pm",
        "7.30 p.m.",
        "7:30PM",
        "at 7:30 pm",
        "7:30 abends",
        "19点半",
        "19点30",
        "19点30分",
        "19时30分",
        "十九点半",
        "晚上7点半",
        "晚上七点半",
        "晚上 7:30",
        "下午7点30分",
        "１９：３０",
        "１９点半",
        "７：３０ｐｍ",
        " 19 : 30 ",
        "19:30 🎉",
        "19:30!",
    ],
)
def test_half_past_seven_in_the_evening_is_understood(typed: str) -> None:
    assert read_time(typed) == time(19, 30)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("19 Uhr", time(19)),
        ("19h", time(19)),
        ("19", time(19)),
        ("19点", time(19)),
        ("7pm", time(19)),
        ("7 p.m.", time(19)),
        ("晚上7点", time(19)),
        ("abends 7 Uhr", time(19)),
        ("晚上19点", time(19)),
        ("下午3点半", time(15, 30)),
        ("下午三点一刻", time(15, 15)),
        ("下午3点5分", time(15, 5)),
        ("上午10点", time(10)),
        ("早上8点半", time(8, 30)),
        ("7点", time(7)),
        ("7 o'clock", time(7)),
        ("中午12点", time(12)),
        ("中午1点", time(13)),
        ("中午11点半", time(11, 30)),
        ("凌晨12点", time(0)),
        ("下午12点", time(12)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("0 Uhr", time(0)),
        ("00:00", time(0)),
        ("23:59", time(23, 59)),
    ],
)
def test_other_times_are_understood(typed: str, expected: time) -> None:
    assert read_time(typed) == expected


@pytest.mark.parametrize(
    "typed",
    [
        *HOSTILE,
        "24:00",
        "25 Uhr",
        "19:60",
        "19:5",
        "193",
        "-7",
        "13am",
        "0pm",
        "晚上12点",
        "中午5点",
        "7,5",
        "12.3.2026",
        "19:30:15",
    ],
)
def test_what_is_no_time_is_never_guessed(typed: str) -> None:
    assert read_time(typed) is None


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("90", 90),
        ("90 min", 90),
        ("90 Minuten", 90),
        ("90分钟", 90),
        ("1,5 Std.", 90),
        ("1.5 h", 90),
        ("1,5", 90),
        ("1½ h", 90),
        ("1 ½ Std.", 90),
        ("1:30", 90),
        ("1 h 30", 90),
        ("1h30min", 90),
        ("1 Std. 30 Min.", 90),
        ("1 hour and 30 minutes", 90),
        ("1 Stunde und 30 Minuten", 90),
        ("一个半小时", 90),
        ("1小时半", 90),
        ("1个小时30分钟", 90),
        ("１．５小时", 90),
        ("2,5 Std", 150),
        ("2小时", 120),
        ("两个小时", 120),
        ("两个半小时", 150),
        ("半小时", 30),
        ("半个小时", 30),
        ("2", 120),
        ("14", 840),
        ("15", 15),
        ("2 days", 2880),
        ("2 Tage", 2880),
        ("三天", 4320),
        ("1 Tag 12 Std.", 2160),
        ("2 h 🎉", 120),
    ],
)
def test_durations_are_understood(typed: str, minutes: int) -> None:
    assert read_duration(typed) == minutes


@pytest.mark.parametrize(
    "typed", ["", "h", "abc", "5 months", "30 min 1 h", "1 h 1 h", "-2 h", "2 h x", "<i>2</i>", "1:75"]
)
def test_what_is_no_duration_is_never_guessed(typed: str) -> None:
    assert read_duration(typed) is None


@given(st.integers(1, 14 * 24 * 60), st.sampled_from(list(LANGUAGES)))
def test_a_duration_as_we_show_it_is_understood(minutes: int, language: str) -> None:
    with speaking(language):
        assert read_duration(show_duration(minutes)) == minutes


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("20", 20),
        (" 20 ", 20),
        ("２０", 20),
        ("二十", 20),
        ("二〇", 20),
        ("20人", 20),
        ("二十个", 20),
        ("20 🎉", 20),
        ("十", 10),
        ("十五", 15),
        ("一百", 100),
        ("一百零五", 105),
        ("一百五", 150),
        ("一百二十", 120),
        ("两百", 200),
        ("一千零五十", 1050),
        ("1.000", 1000),
        ("1,000", 1000),
        ("1 000", 1000),
        ("-1", -1),
        ("−1", -1),
        ("0", 0),
        ("500", 500),
    ],
)
def test_whole_numbers_are_understood(typed: str, expected: int) -> None:
    assert read_number(typed) == expected


@pytest.mark.parametrize(
    "typed", ["", "abc", "2.5", "2,5", "10%", "twenty", "1.00", "1.000,5", "<b>5</b>", "9" * 5000, "1-2"]
)
def test_what_is_no_whole_number_is_never_guessed(typed: str) -> None:
    assert read_number(typed) is None
