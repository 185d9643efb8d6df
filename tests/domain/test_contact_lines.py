"""What says how somebody is reached, and what does not."""

import pytest

from bot.domain.contact_lines import is_contact_line


@pytest.mark.parametrize(
    "line",
    [
        "anna@weber.de",
        "Anna Weber <anna.weber@tu-chemnitz.de>",
        "+49 371 531-0",
        "电话 138 0013 8000",
        "138 0013 8000",
        "WeChat anna_weber",
        "微信 chenshibo",
        "anna_weber88",
        "@anna_weber",
        "https://www.linkedin.com/in/anna",
        "www.weber.example",
    ],
)
def test_by_this_somebody_is_reached(line: str) -> None:
    assert is_contact_line(line)


@pytest.mark.parametrize("line", ["just call me", "in Chemnitz", "微信", "anna@", "12345", "hello", "晚上打电话给我"])
def test_by_this_nobody_is_reached(line: str) -> None:
    assert not is_contact_line(line)
