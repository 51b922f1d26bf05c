"""Whole pages as read in Germany and in the United States: nothing is left of British writing."""

import json
import re
import sys
from dataclasses import replace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import controls_work, settings
from dashboard.cli import main
from data import locale
from tests.dashboard.conftest import SITE, copy_of
from tests.dashboard.test_views import words

PAGES = (
    *("today", "network", "wallboard", "staffing_plan", "versions", "forecast_explorer"),
    *("backtests", "data_quality", "events", "method"),
)
MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
# What is typed into a terminal or a settings file stays as it is there.
TYPED = re.compile(r"`[^`]*`|^edinflow .*$|\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d\+00:00)?)?", re.M)
DAY_FIRST = rf"\b\d{{1,2}} (?:{MONTHS})\b"
FOREIGN = {
    "de_DE": (r"\d{4},\d|\b[1-9]\d{0,2},\d{3}\b", r"\d\.\d{1,2}\b(?!\.)", DAY_FIRST, r"\d\s?[AP]M"),
    "en_US": (r"\d,\d{1,2}\b", r"\b\d\d:\d\d\b(?!\s?[AP]M)", DAY_FIRST),
}
# Errors of backtests have three digits behind the point, which looks like thousands.
THOUSANDTHS = ("backtests",)


@pytest.fixture(scope="module", params=list(FOREIGN))
def abroad(request, tested_ward, tmp_path_factory):
    """A ward with a forecast, backtests and a plan, and its locale."""
    ward = copy_of(tested_ward, tmp_path_factory.mktemp(request.param) / "ward")
    config = ward.config.read_text(encoding="utf-8")
    ward.config.write_text(f'locale = "{request.param}"\n{config}', encoding="utf-8")
    ward = replace(ward, settings=settings.load(ward.config))
    ward.forecast()
    return ward, request.param


@pytest.fixture
def opened(abroad, monkeypatch):
    ward, name = abroad
    st.cache_data.clear()
    monkeypatch.setattr(sys, "argv", ["streamlit_app.py", "--config", str(ward.config)])

    def opens(page: str) -> tuple[AppTest, str]:
        app = AppTest.from_string(
            "from dashboard import controls\n"
            f"from dashboard.views import {page}\n"
            f"controls.page('{page}', {page}.render)()\n",
            default_timeout=60,
        ).run()
        assert not app.exception
        return app, name

    return opens


def everything(app: AppTest) -> str:
    """All words of a page: those of cards, tables and drawings, too."""
    said = [words(app), *(f"{card.value}\n{card.delta}" for card in app.metric)]
    said += [
        re.sub("(?s:<style>.*?</style>)|<[^>]*>", "\n", html.proto.body) for html in app.get("html")
    ]
    said += ["\n".join(map(str, box.options)) for box in app.selectbox]
    for chart in app.get("plotly_chart"):
        figure = json.loads(chart.proto.spec)
        axes = [figure["layout"].get(axis, {}).get("ticktext") for axis in ("xaxis", "yaxis")]
        shown = [trace.get("customdata") for trace in figure["data"]]
        said.append(json.dumps([axes, shown], ensure_ascii=False))
    return TYPED.sub("", "\n".join(said))


@pytest.mark.parametrize("page", PAGES)
def test_no_number_and_no_date_is_written_as_elsewhere(opened, page):
    app, name = opened(page)
    text = everything(app)
    for pattern in FOREIGN[name][page in THOUSANDTHS :]:
        assert not [
            text[max(at.start() - 40, 0) : at.end() + 10] for at in re.finditer(pattern, text)
        ]


def test_the_words_of_a_choice_are_known_outside_the_run_of_the_page(opened):
    app, name = opened("today")
    box = app.selectbox(key="override-shift")
    # The next shift, day or night, is there in full; of this one the first hour may not be known.
    night, day = {
        "de_DE": ("19:00–07:00", "07:00–19:00"),
        "en_US": ("7\u00a0PM–7\u00a0AM", "7\u00a0AM–7\u00a0PM"),
    }[name]
    assert night in box.options[-1] or day in box.options[-1]
    again = app.run()  # sends back what is chosen, which is looked up among the words
    assert not again.exception
    assert again.selectbox(key="override-shift").options == box.options


def test_charts_use_the_separators_of_the_site(opened):
    app, name = opened("today")
    (fan,) = (json.loads(chart.proto.spec) for chart in app.get("plotly_chart"))
    assert fan["layout"]["separators"] == {"de_DE": ",.", "en_US": ".,"}[name]


def test_weeks_begin_on_the_day_on_which_the_wall_calendar_begins(opened):
    app, name = opened("backtests")
    bias = next(table for table in app.table if "Sun" in table.value.columns)
    assert (
        list(bias.value.columns[1:])
        == {
            "de_DE": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
            "en_US": ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
        }[name]
    )


def test_the_terminal_writes_as_the_pages_do_and_programs_read_what_they_always_did(
    abroad, capsys, monkeypatch
):
    ward, name = abroad
    monkeypatch.chdir(ward.config.parent)
    done, said = main(["plan", "--site", SITE]), capsys.readouterr()
    told = said.out
    assert done == 0, said.err
    assert re.search(r"\d[.,]\d{3} paid hours", told)
    for pattern in FOREIGN[name]:
        assert not re.search(pattern, TYPED.sub("", told)), told
    assert main(["today", "--site", SITE, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["site"] == SITE


def test_a_part_that_draws_itself_anew_keeps_the_locale_of_its_page(monkeypatch):
    again, said = [], []
    monkeypatch.setattr(st, "fragment", lambda draw, run_every: again.append(draw) or draw)
    with locale.use("de_DE"):
        controls_work.part(5.0)(lambda count: said.append(locale.number(count)))(1234)
    again[0]()  # as Streamlit does later, in a thread of its own
    assert said == ["1.234", "1.234"]
    assert locale.number(1234) == "1,234"
