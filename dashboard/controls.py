"""Widgets and URL → Question, and what stands around every page: banners, age, empty states."""

from collections.abc import Callable, Container
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import cache, controls_work, theme, wording
from dashboard.charts.axis import CONFIG
from dashboard.service.question import Answer, Question
from data import locale
from data.checks import QualityReport

POLL_SECONDS = controls_work.POLL_SECONDS
REDRAW = "5min"
Render = Callable[[], None]


def page(title: str, render: Render, titled: bool = True) -> Render:
    """A page under its title; what the floors below refuse becomes a sentence, not a traceback.

    titled: False for a page that draws its own.
    """

    def guarded() -> None:
        st.html(f"<style>{theme.scroll_shadows(palette())}{theme.WIDE}{theme.PHONE}</style>")
        if titled:
            st.title(title, anchor=False)
        try:
            with locale.use(cache.settings().locale_of(None)):
                render()
        except cache.REFUSALS as error:
            st.error(wording.notices.trouble(error))

    return guarded


def site() -> str | None:
    """The site asked about; None, with what to do, where nothing is loaded."""
    names = cache.sites()
    if not names:
        controls_work.first_steps()
        _watch_sites()
        return None
    if st.session_state.get(controls_work.SHOW_INVENTED) and cache.version(names[0])[0]:
        del st.session_state[controls_work.SHOW_INVENTED]
        st.session_state["site"] = st.session_state["site_before"] = names[0]
    # A site that came with the link would be lost on the first change of page: ask for it again.
    asked = st.query_params.get("site")
    if asked is not None and asked not in names:
        _unknown(asked, names)
        return None
    before = st.session_state.get("site_before")
    if before in names and st.session_state.get("site", before) == before:
        st.session_state["site"] = before
    with st.sidebar:
        chosen = st.selectbox("Hospital", names, key="site", bind="query-params")
    st.session_state["site_before"] = chosen
    locale.speak(cache.settings().locale_of(chosen))
    if cache.version(chosen)[0] == 0:
        controls_work.first_steps(chosen)
        watch(chosen)
        return None
    return chosen


def writing_as(name: str) -> AbstractContextManager[None]:
    """Numbers and dates as one of several hospitals on a page writes them."""
    return locale.use(cache.settings().locale_of(name))


def _unknown(asked: str, names: list[str]) -> None:
    """Say that a link names a site that is not here, and let the reader choose one that is."""
    st.warning(wording.notices.unknown_site(asked))
    for name in names:
        st.button(name, key=f"site-{name}", on_click=_go_to, args=(name,))


def _go_to(name: str) -> None:
    st.query_params["site"] = name


def stream(name: str) -> str:
    """The group of patients asked about."""
    chosen = st.selectbox(
        "Patients",
        cache.streams(name),
        format_func=wording.trust.stream,
        key="stream",
        bind="query-params",
    )
    return chosen or "all"


def service_level() -> float:
    """How sure the staffing is to be; the department's own level unless changed."""
    own = cache.settings().department.service_level
    levels = {f"{share:g}": share for share in sorted({*wording.plan.LEVELS, own})}
    words = {name: wording.amounts.level(share) for name, share in levels.items()}
    help_text = wording.plan.LEVEL_HELP
    return levels[choice("Enough staff in … such hours", words, "level", f"{own:g}", help_text)]


def choice(
    label: str, words: dict[str, str], key: str, default: str, help: str | None = None
) -> str:
    """One of a few options (name → words), kept in the URL."""
    return st.segmented_control(
        label,
        list(words),
        default=default,
        required=True,
        format_func=words.__getitem__,
        key=key,
        help=help,
        bind="query-params",
    )


def band() -> str:
    """How wide the ranges are that are drawn, kept in the URL."""
    words = wording.trust.BANDS
    return choice("Range that holds in", words, "band", "80", help=wording.trust.BAND_HELP)


def still_there(key: str, names: Container[str]) -> None:
    """Say so where a link names what is not on the list, or not any more."""
    if (asked := st.query_params.get(key)) is not None and asked not in names:
        st.warning(wording.notices.not_there(asked))


def day(days: dict[str, date]) -> date:
    """One of the days of the forecast, kept in the URL; the first unless changed."""
    still_there("day", days)
    return days[st.selectbox("Day", list(days), key="day", bind="query-params") or next(iter(days))]


def one_of(label: str, names: list[str], key: str, help: str | None = None) -> str:
    """One of many names, kept in the URL; the first unless changed."""
    still_there(key, names)
    chosen = st.selectbox(label, names, key=key, help=help, bind="query-params") or names[0]
    if len(chosen) > theme.FITS_A_PHONE:
        with st.container(key=f"{theme.WHOLE}{key}"):
            st.caption(chosen)
    return chosen


def answer(
    name: str,
    group: str = "all",
    level: float | None = None,
    top: DeltaGenerator | None = None,
) -> Answer | None:
    """The answer under its banner; None, with what to do, where there is no forecast.

    top: a place above, which takes the banner where it says what all else is worth.
    """
    asked = cache.question(name, group, level)
    found = cache.answer(asked)
    if found is None:
        st.markdown(wording.notices.no_forecast(name, group, cache.config_flag()))
    else:
        stale = wording.notices.is_stale(found, cache.now())
        if warning := wording.notices.warning(found, cache.now()):
            (top if top is not None and stale else st).warning(warning)
    watch(name, group, found)
    return found


def watch(name: str, group: str = "all", found: Answer | None = None) -> None:
    """Say how old everything is, and draw the page anew when the store has something new."""
    _watch(name, group, found, _state(name, group))


def _state(name: str, group: str) -> tuple[Any, ...]:
    moment = cache.now().floor(REDRAW)
    return cache.version(name, group), cache.decided(name), moment, st.context.theme.type


@controls_work.part(POLL_SECONDS)
def _watch(name: str, group: str, found: Answer | None, seen: tuple[Any, ...]) -> None:
    try:
        if _state(name, group) != seen:
            st.rerun()
    except cache.REFUSALS as error:
        st.warning(wording.notices.trouble(error))
    if found is not None:
        st.caption(wording.notices.data_line(found, cache.now()))


@controls_work.part(POLL_SECONDS)
def renewed(draw: Callable[[], None]) -> None:
    """A part of the page that is drawn anew by itself, clock and all."""
    try:
        draw()
    except cache.REFUSALS as error:
        st.error(wording.notices.trouble(error))


@controls_work.part(POLL_SECONDS)
def freshness(report: QualityReport, time_zone: str) -> None:
    """How old the data is, as a box whose age goes on while the page is open."""
    now = cache.now()
    said = wording.trust.late(report, time_zone, now)
    box("watch" if report.late_at(now) else "normal", said)


@controls_work.part(POLL_SECONDS)
def _watch_sites() -> None:
    if cache.sites():
        st.rerun()


def watch_store() -> None:
    """Draw the page anew when anything in the store has changed."""
    _watch_store(cache.store_mark())


@controls_work.part(POLL_SECONDS)
def _watch_store(seen: tuple[object, ...]) -> None:
    if cache.store_mark() != seen:
        st.rerun()


def palette() -> theme.Palette:
    """Colours for the theme that the browser shows."""
    return theme.palette(st.context.theme.type)


def chart(figure: Any, alt: str, key: str) -> None:
    """A figure with its description."""
    st.plotly_chart(figure, theme=None, config=CONFIG, alt=alt, key=key)


def twin(shown: pd.DataFrame, name: str = "Same numbers as a table") -> None:
    """The numbers of what stands above as a table, folded away."""
    with st.expander(name):
        table(shown, rows=12)


def table(shown: pd.DataFrame, rows: int = 40) -> None:
    """A table of words, as HTML that a screen reader can walk through; it scrolls after `rows`."""
    tall = len(shown) > rows
    shown = shown.map(lambda one: wording.markdown.plain(one) if isinstance(one, str) else one)
    st.table(shown, hide_index=True, border="horizontal", height=38 * rows if tall else "content")


def command(line: str) -> None:
    """A line for a terminal, with the settings of this dashboard; whole on a narrow screen, too."""
    st.code(f"{line}{cache.config_flag()}", language=None, wrap_lines=True)


def box(state: theme.Status, sentence: str) -> None:
    """A sentence that sums up the page, on the colour of its status."""
    {"normal": st.success, "watch": st.warning, "surge": st.error}[state](sentence)


def download(label: str, content: Callable[[Question], bytes], asked: Question, kind: str) -> None:
    """A button that makes its file when it is pressed."""
    _download(label, lambda: content(asked), f"{kind}_{_file_part(asked.site)}.csv")


def download_page(label: str, content: Callable[[], bytes], file_name: str) -> None:
    """A button that makes a page of HTML when it is pressed."""
    _download(label, content, file_name, "text/html")


def download_file(label: str, file: Path, file_name: str) -> None:
    """A button for a file on the server, which is read when it is pressed."""
    _download(label, file.read_bytes, file_name)


def download_bytes(label: str, content: bytes, file_name: str) -> None:
    """A button for a file that is there."""
    _download(label, content, file_name)


def _download(
    label: str, content: bytes | Callable[[], bytes], file_name: str, mime: str = "text/csv"
) -> None:
    st.download_button(
        label,
        content,
        file_name=file_name,
        mime=mime,
        on_click="ignore",
        icon=":material/download:",
        key=label,
    )


def _file_part(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name)
