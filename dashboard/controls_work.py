"""Work in the background as every page may show it: state, progress, a button that stops it."""

from collections.abc import Callable
from functools import partial, wraps
from typing import ParamSpec
from urllib.parse import urlencode

import streamlit as st

from dashboard import cache, cache_lab, wording
from dashboard.actions import first_run
from dashboard.actions import lab as actions
from data import locale

WATCH_SECONDS, POLL_SECONDS = 2.0, 20.0
ACTIVE = ("waiting", "running")
SHOW_INVENTED = "show-invented"
Given = ParamSpec("Given")


def part(seconds: float) -> Callable[[Callable[Given, None]], Callable[Given, None]]:
    """A part of the page that is drawn anew by itself, in the locale of the page around it."""

    def of(draw: Callable[Given, None]) -> Callable[Given, None]:
        @wraps(draw)
        def drawn(*given: Given.args, **named: Given.kwargs) -> None:
            written = locale.current()

            @wraps(draw)
            def again() -> None:
                with locale.use(written):
                    draw(*given, **named)

            st.fragment(again, run_every=seconds)()

        return drawn

    return of


def work(site: str | None, kinds: tuple[str, ...]) -> None:
    """The newest work of some kinds at a site (None: at all), watched closely while there is some.

    kinds: as in `service/lab_worker.py`.
    """
    busy = any(state in ACTIVE for _, state in cache_lab.work(site, kinds))
    part(WATCH_SECONDS if busy else POLL_SECONDS)(_work)(site, kinds, busy)


def _work(site: str | None, kinds: tuple[str, ...], was_busy: bool) -> None:
    found = cache_lab.work(site, kinds)
    if not found:
        st.caption(wording.lab.NO_JOBS)
    for row, state in found:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(wording.lab.job(row, state, cache.now()))
            if state in ACTIVE and not wording.lab.stopping(row, state):
                number = int(str(row["job_id"]))
                st.button("Stop", key=f"stop-{number}", on_click=partial(actions.stop, number))
        if state in ACTIVE:
            st.progress(float(str(row["share"])))
    if was_busy != any(state in ACTIVE for _, state in found):
        st.rerun()


def first_steps(site: str | None = None) -> None:
    """What to do where nothing is loaded: look at an invented department, or load a file.

    site: whose arrivals are missing; None: those of all, so the first of the settings is named.
    """
    st.markdown(wording.notices.NO_DATA)
    with st.container(horizontal=True):
        st.button(
            wording.notices.INVENT, type="primary", icon=":material/science:", on_click=_invent
        )
        asked = f"?{urlencode({'site': site})}" if site else ""
        st.link_button(wording.notices.IMPORT, f"./import{asked}", icon=":material/upload_file:")
    st.caption(wording.notices.ON_A_TERMINAL)
    named = site or next((own.name for own in cache.settings().sites), None)
    lines = wording.notices.no_data_commands(named, cache.config_flag())
    st.code(lines, language=None, wrap_lines=True)
    st.caption(wording.notices.DEMO_ON_A_TERMINAL)
    if cache.has_store():
        work(None, ("forecast", "demo"))


def _invent() -> None:
    first_run.demo()
    st.session_state[SHOW_INVENTED] = True
