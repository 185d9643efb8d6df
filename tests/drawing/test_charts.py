"""Pictures: whole, legible in three languages, and silent about what is kept back. Whatever Matplotlib warns of, such
as a glyph missing in its fonts, is an error here as everywhere."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import matplotlib
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.font_manager import FontManager
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from PIL import Image
from PIL.ImageColor import getrgb

from bot.drawing.charts import (
    MOST_BARS,
    draw_bars,
    draw_comments,
    draw_survey,
    lay_out_answers,
    lay_out_bars,
    lay_out_comments,
)
from bot.drawing.data import Bars, Comments, Survey
from bot.drawing.fonts import ADVICE, LATIN, MISSING, families, legible
from bot.drawing.page import GROUND, HIGH, INK, MARGIN, WIDTH, Page
from bot.drawing.parts import MOST_COMMENTS
from bot.drawing.survey import lay_out_survey
from tests.drawing.samples import ANSWERS, BARS, ENGLISH, GERMAN, SURVEYS

needs_chinese = pytest.mark.skipif(families()[0] == LATIN, reason=ADVICE)
# Of a photo on Telegram, width and height together.
LONGEST = 10_000
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsmitgliedschaft"
HAN = "曌喆龘㐂" * 40
SECRET = "777"


def texts(page: Page) -> list[str]:
    return [text.get_text() for text in page.figure.findobj(Text) if text.get_text()]  # type: ignore[attr-defined]


def hatched(page: Page) -> int:
    return sum(bool(patch.get_hatch()) for patch in page.figure.findobj(Rectangle))  # type: ignore[attr-defined]


def opened(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png))
    image.load()
    return image


def comments_of(survey: Survey) -> Comments:
    return {
        "title": survey["title"],
        "comments": survey["comments"],
        "more": survey["more"],
        "footer": survey["footer"],
    }


@needs_chinese
@pytest.mark.parametrize("language", SURVEYS)
def test_pictures_are_whole_in_every_language(language: str) -> None:
    survey, bars = SURVEYS[language], BARS[language]
    for png in (draw_survey(survey), draw_comments(comments_of(survey)), draw_bars(bars)):
        image = opened(png)
        assert (image.format, image.width) == ("PNG", WIDTH)
        assert 400 < image.height < LONGEST - WIDTH
        assert 5_000 < len(png) < 400_000
    for page in (lay_out_survey(survey), lay_out_bars(bars)):
        assert not any(MISSING in text for text in texts(page))


@needs_chinese
def test_nothing_overflows_however_long_it_is() -> None:
    page = lay_out_survey(overlong(WORD, HAN))
    assert page.y + MARGIN + WIDTH <= LONGEST
    page.png()
    renderer = FigureCanvasAgg(page.figure).get_renderer()
    for text in page.figure.findobj(Text):  # type: ignore[attr-defined]
        if text.get_text():
            box = text.get_window_extent(renderer)
            assert box.x0 >= MARGIN - 3 and box.x1 <= WIDTH - MARGIN + 3, text.get_text()


def overlong(german: str, chinese: str) -> Survey:
    both = f"{german} {chinese} " * 3
    return {
        "title": both,
        "subtitle": [german * 3, chinese, both],
        "figures": [
            {"value": "123.456.789.012 %", "label": both, "note": both},
            {"value": None, "label": chinese, "note": both},
        ],
        "scores": {"title": both, "counts": [99_999] * 10 + [None], "groups": [german, chinese, both]},
        "statements_title": both,
        "statements": [
            {"label": both, "counts": [99_999, 1, None, 0, 3], "mean": None},
            {"label": both, "counts": [1, 2, 3, 4, 5], "mean": "Ø 3,67"},
            {"label": both, "counts": None, "mean": None},
        ]
        * 5,
        "scale": [german, chinese],
        "suppressed": both,
        "comments_title": both,
        "comments": [german * 9, chinese * 3, both] * 9,
        "more": "{count} " + both,
        "footer": both,
    }


def test_what_is_kept_back_never_shows_a_number() -> None:
    survey = deepcopy(GERMAN)
    survey["figures"] = [{"value": None, "label": "Rücklauf", "note": SECRET}, {"value": None, "label": "NPS"}]
    survey["scores"] = {"title": "Noten", "counts": None, "groups": ["a", "b", "c"]}
    survey["statements"] = [
        {"label": "ganz", "counts": None, "mean": SECRET},
        {"label": "alle", "counts": [None] * 5, "mean": SECRET},
        {"label": "zum Teil", "counts": [3, None, 9, 8, 11], "mean": SECRET},
    ]
    page = lay_out_survey(survey)
    shown = texts(page)
    assert not any(SECRET in text for text in shown)
    # Two figures, the scores, two bars, a piece of the third, and that piece in the legend.
    assert hatched(page) == 7
    assert sum(text.startswith("weniger als") for text in shown) == 6
    assert {"3", "9", "8", "11"} <= set(shown)


def test_a_score_kept_back_is_hatched_among_the_others() -> None:
    survey = deepcopy(ENGLISH)
    survey["statements"], survey["figures"] = [], []
    survey["scores"]["counts"] = [None, 21, 22, None, *[23] * 7]
    page = lay_out_survey(survey)
    # The two, and the legend.
    assert hatched(page) == 3
    numbers = [text for text in texts(page) if text.isdigit()]
    assert sorted(numbers, key=int) == [*(str(score) for score in range(11)), "21", "22", *["23"] * 7]


def test_all_pieces_kept_back_are_as_wide_as_each_other() -> None:
    def widths(counts: list[int | None]) -> list[float]:
        survey = deepcopy(ENGLISH)
        survey["statements"] = [{"label": "x", "counts": counts, "mean": None}]
        del survey["scores"]
        survey["figures"] = []
        found = [patch for patch in lay_out_survey(survey).figure.findobj(Rectangle) if patch.get_hatch()]  # type: ignore[attr-defined]
        return [round(patch.get_width(), 6) for patch in found[1:]]

    assert widths([None, 1, 2, 3, None]) == widths([100, None, None, 0, 5]) != []


@needs_chinese
def test_the_questions_of_a_survey_stand_below_each_other() -> None:
    page = lay_out_answers(ANSWERS)
    assert [text for text in texts(page) if text[:2] in ("1.", "2.")] == [each["title"] for each in ANSWERS["sections"]]
    assert (texts(page).count("nicht gezeigt"), hatched(page)) == (2, 2)
    assert {"7", "Mehr Treffen", "多一些线上活动"} <= set(texts(page))


def test_a_bar_kept_back_shows_words_instead_of_its_value() -> None:
    bars: Bars = {
        "title": "Mitglieder",
        "bars": [{"label": "Hanoi", "value": None, "shown": SECRET}, {"label": "Berlin", "value": 12}],
        "suppressed": "weniger als fünf",
        "footer": "Ende",
    }
    page = lay_out_bars(bars)
    assert texts(page) == ["Mitglieder", "Hanoi", "weniger als fünf", "Berlin", "12", "Ende"]
    assert hatched(page) == 1


def test_values_are_written_as_they_were_given() -> None:
    shown = texts(lay_out_bars(BARS["de"]))
    assert {"1.204", "311", "87", "0"} <= set(shown)
    large: Bars = {**BARS["de"], "bars": [{"label": "a", "value": 1234567}, {"label": "b", "value": 0.1 + 0.2}]}
    assert {"1234567", "0.3"} <= set(texts(lay_out_bars(large)))


def test_many_comments_end_with_how_many_more_there_are() -> None:
    shown = texts(lay_out_comments(comments_of(GERMAN)))
    assert len(GERMAN["comments"]) == MOST_COMMENTS + 4
    assert "… und 4 weitere" in shown
    assert sum(text.startswith("Gern wieder") for text in shown) == MOST_COMMENTS - 4


def test_many_bars_end_with_how_many_more_there_are() -> None:
    shown = texts(lay_out_bars(BARS["en"]))
    assert f"Club {MOST_BARS - 1}" in shown and f"Club {MOST_BARS}" not in shown
    assert f"… and {len(BARS['en']['bars']) - MOST_BARS} more" in shown


def test_words_stand_as_somebody_wrote_them() -> None:
    comments: Comments = {
        "title": "T",
        "comments": ["$x^2$ und \\alpha", "a\x00b\tc\u200bd\n\nzwei\u202eeins"],
        "footer": "F",
    }
    page = lay_out_comments(comments)
    assert texts(page) == ["T", "$x^2$ und \\alpha", "ab cd", "zweieins", "F"]
    page.png()


def test_a_sign_no_font_has_is_an_empty_box() -> None:
    assert legible("A\U00017000\ufe0fB") == f"A{MISSING}B"
    draw_comments({"title": "\U00017000", "comments": ["👍🏽 \ud800 \ue000"], "footer": "𗀁"})


@pytest.mark.parametrize("draw", [lambda: draw_survey(ENGLISH), lambda: draw_bars(BARS["de"])])
def test_the_palette_keeps_the_colours(draw: Callable[[], bytes]) -> None:
    image = opened(draw())
    assert image.mode == "P"
    colours = [colour for _count, colour in sorted(image.convert("RGB").getcolors() or [], reverse=True)]
    assert colours[0] == getrgb(GROUND)
    assert getrgb(HIGH) in colours and getrgb(INK) in colours


def test_without_a_chinese_font_the_picture_comes_and_the_log_names_the_package(tmp_path: Path) -> None:
    name = f"fontlist-v{FontManager.__version__}.json"  # type: ignore[attr-defined]
    fonts = json.loads((Path(matplotlib.get_cachedir()) / name).read_text())
    fonts["ttflist"] = [font for font in fonts["ttflist"] if font["name"].startswith("DejaVu")]
    (tmp_path / name).write_text(json.dumps(fonts))
    done = subprocess.run(
        [sys.executable, "-m", "bot.drawing"],
        input=json.dumps({"drawing": "survey", "data": SURVEYS["zh"]}).encode(),
        capture_output=True,
        env={**os.environ, "MPLCONFIGDIR": str(tmp_path)},
        check=True,
    )
    assert opened(done.stdout).width == WIDTH
    assert done.stderr.decode().splitlines() == [ADVICE]
