"""Colours that carry meaning can be seen on their background, light and dark."""

import itertools
import re
import tomllib
from pathlib import Path

import pytest

from dashboard.theme import DARK, LIGHT, SIGNS, contrast, palette

CONFIG = Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml"
MEANINGS = ("expected", "need", "short", "actual", "normal", "watch", "surge", "muted")
PALETTES = {"light": LIGHT, "dark": DARK}


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("meaning", MEANINGS)
def test_a_colour_with_a_meaning_stands_out_three_to_one(theme, meaning):
    colours = PALETTES[theme]
    assert contrast(getattr(colours, meaning), colours.background) >= 3


@pytest.mark.parametrize("colours", PALETTES.values(), ids=PALETTES)
def test_text_reads_on_the_page_and_on_every_shade_of_a_heatmap(colours):
    for shade in (colours.background, *colours.ramp):
        assert contrast(colours.text, shade) >= 4.5
    assert contrast(colours.muted, colours.background) >= 4.5
    assert contrast(colours.background, colours.short) >= 4.5


@pytest.mark.parametrize("colours", PALETTES.values(), ids=PALETTES)
def test_a_heatmap_runs_one_way_from_few_to_many(colours):
    steps = [contrast(shade, colours.background) for shade in colours.ramp]
    assert steps == sorted(steps)


def _as_seen(colour: str, rows: tuple[tuple[float, float, float], ...]) -> list[float]:
    """A colour as seen with one kind of cone missing; matrices by Machado et al. 2009."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return [row[0] * red + row[1] * green + row[2] * blue for row in rows]


BLIND = {
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.01182, 0.04294, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.3039),
    ),
}


@pytest.mark.parametrize("kind", BLIND)
@pytest.mark.parametrize("colours", PALETTES.values(), ids=PALETTES)
def test_lines_of_one_chart_stay_apart_under_colour_blindness(colours, kind):
    lines = (colours.expected, colours.need, colours.short, colours.actual)
    for one, other in itertools.combinations(lines, 2):
        pairs = zip(_as_seen(one, BLIND[kind]), _as_seen(other, BLIND[kind]), strict=True)
        assert sum((a - b) ** 2 for a, b in pairs) ** 0.5 > 40


def test_each_status_has_a_sign_of_its_own():
    assert len(set(SIGNS.values())) == len(SIGNS) == 3


def test_the_page_theme_and_the_palette_agree():
    themes = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"]
    for name, colours in PALETTES.items():
        assert themes[name]["backgroundColor"] == colours.background
        assert themes[name]["textColor"] == colours.text
        assert themes[name]["primaryColor"] == colours.expected


def test_no_font_or_script_comes_from_elsewhere():
    assert re.search(r"https?://|url\s*=", CONFIG.read_text(encoding="utf-8")) is None


def test_an_unknown_theme_is_light():
    assert palette(None) is LIGHT
    assert palette("dark") is DARK


@pytest.mark.parametrize("theme", PALETTES)
def test_captions_read_though_streamlit_fades_them(theme):
    """Streamlit writes captions in the text colour at 60 % on the page."""
    config = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    own = config["theme"][theme]
    text, page = own["textColor"], own["backgroundColor"]
    mixed = [
        round(0.6 * int(text[i : i + 2], 16) + 0.4 * int(page[i : i + 2], 16)) for i in (1, 3, 5)
    ]
    assert contrast("#" + "".join(f"{part:02x}" for part in mixed), page) >= 4.5
    assert text == PALETTES[theme].text
