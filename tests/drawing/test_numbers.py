"""Columns over time and divided bars: whole and legible in German and Chinese, silent about what is kept back."""

from copy import deepcopy

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from bot.drawing.numbers import MOST_MONTHS, draw_months, draw_stacks, lay_out_months, lay_out_stacks
from bot.drawing.page import MARGIN, WIDTH, Page
from tests.drawing.samples import MONTHS, STACKS
from tests.drawing.test_charts import HAN, WORD, hatched, needs_chinese, opened, texts

SMALLEST = 20


def boxes(page: Page) -> list[tuple[Text, float, float, float, float]]:
    """Every text with its left, right, top and bottom."""
    page.png()
    renderer = FigureCanvasAgg(page.figure).get_renderer()
    found = []
    for text in page.figure.findobj(Text):  # type: ignore[attr-defined]
        if text.get_text():
            box = text.get_window_extent(renderer)
            found.append((text, box.x0, box.x1, box.y0, box.y1))
    return found


@needs_chinese
@pytest.mark.parametrize("language", ["de", "zh"])
def test_pictures_are_whole_and_no_text_covers_another(language: str) -> None:
    for png in (draw_months(MONTHS[language]), draw_stacks(STACKS[language])):
        image = opened(png)
        assert (image.format, image.width) == ("PNG", WIDTH)
        assert len(png) < 100_000
    for page in (lay_out_months(MONTHS[language]), lay_out_stacks(STACKS[language])):
        found = boxes(page)
        for place, (text, left, right, top, bottom) in enumerate(found):
            assert left >= MARGIN - 3 and right <= WIDTH - MARGIN + 3, text.get_text()
            assert text.get_fontsize() >= SMALLEST
            for other, x0, x1, y0, y1 in found[:place]:
                apart = right <= x0 + 2 or x1 <= left + 2 or bottom <= y0 + 2 or y1 <= top + 2
                assert apart, (text.get_text(), other.get_text())


@needs_chinese
def test_long_words_stay_on_the_picture() -> None:
    data = deepcopy(STACKS["de"])
    data["parts"] = [f"{WORD} {HAN}"] * 5
    data["rows"] = [{"label": f"{WORD} {HAN}", "counts": [99_999, None, 1, 0, 5]}] * 30
    for text, left, right, _top, _bottom in boxes(lay_out_stacks(data)):
        assert left >= MARGIN - 3 and right <= WIDTH - MARGIN + 3, text.get_text()


def test_a_month_kept_back_is_hatched_and_nobody_is_a_zero() -> None:
    page = lay_out_months(MONTHS["de"])
    shown = texts(page)
    # Two months and the legend.
    assert hatched(page) == 3
    assert {"1.204", "0", "5", "2025", "2026", "nicht gezeigt"} <= set(shown)
    assert shown.count("0") == 1


def test_a_year_of_one_month_leaves_its_place_to_the_next() -> None:
    data = deepcopy(MONTHS["zh"])
    data["months"][0]["year"] = "2025年"
    shown = texts(lay_out_months(data))
    assert "2026年" in shown and "2025年" not in shown


def test_the_last_months_are_shown() -> None:
    data = deepcopy(MONTHS["zh"])
    data["months"] = [{"label": str(n), "year": "2026", "value": 1000 + n} for n in range(20)]
    shown = texts(lay_out_months(data))
    assert "1019" in shown and str(1019 - MOST_MONTHS) not in shown


def test_a_part_kept_back_is_hatched_and_a_row_says_so_in_words() -> None:
    page = lay_out_stacks(STACKS["de"])
    shown = texts(page)
    # Two parts, one row, and the legend.
    assert hatched(page) == 4
    assert shown.count("nicht gezeigt") == 2
    assert {"640", "40", "15"} <= set(shown)
