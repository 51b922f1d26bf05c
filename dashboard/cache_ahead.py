"""What the first pages show, worked out ahead of their visitors: at 07:00 nobody waits for it.

The server has a thread for this. It fills the same memory that the pages read, after its start and
whenever the store or the settings have changed, and every ten minutes.
"""

import logging
from collections.abc import Callable
from functools import partial
from threading import Event

import pandas as pd
import streamlit as st

from dashboard import cache, cache_plans
from dashboard.service.question import Question
from dashboard.wording import tables
from data import locale

LOOK_SECONDS = 10
# Half of what the pages remember: the rest is for what their visitors ask for.
SITES, SITES_PLANNED = cache.HELD // 2, cache_plans.HELD // 2
log = logging.getLogger(__name__)


def keep_ready(stop: Event) -> None:
    """Work ahead until told to stop."""
    while not stop.is_set():
        _tried(lambda: once(stop))
        stop.wait(LOOK_SECONDS)


def once(stop: Event) -> None:
    """Have Today ready for each site, then its staffing plan; what is ready costs nothing."""
    if not cache.has_store():
        return
    for work, most in ((_today, SITES), (_staffing_plan, SITES_PLANNED)):
        for name in cache.sites()[:most]:
            if not stop.is_set():
                _tried(partial(_of_site, work, name))


def _of_site(work: Callable[..., None], name: str) -> None:
    asked = cache.question(name)
    if asked.forecast_id:
        with locale.use(cache.settings().locale_of(name)):
            work(asked, cache.store_mark(), cache.now().floor("10min"))


def _tried(work: Callable[[], None]) -> None:
    """What is refused here is told to whoever opens the page, which asks for the same."""
    try:
        work()
    except cache.REFUSALS as error:
        log.info("not worked out ahead: %s", error)


# Under a function that Streamlit remembers the others draw no spinner, for which there is no page.
@st.cache_data(max_entries=cache.HELD, show_spinner=False)
def _today(asked: Question, store_mark: tuple[object, ...], moment: pd.Timestamp) -> None:
    del store_mark
    found = cache.answer(asked)
    if found is not None:
        cache.situation(found)
        cache.value_added(asked.site, asked.data_version, cache.decided(asked.site))
        cache.quality(asked.site, asked.data_version, moment)


@st.cache_data(max_entries=cache.HELD, show_spinner=False)
def _staffing_plan(asked: Question, store_mark: tuple[object, ...], moment: pd.Timestamp) -> None:
    del store_mark, moment
    found = cache.answer(asked)
    if found is None or found.plan is None:
        return
    plan, weeks = found.plan, tables.weeks(found.plan.requirement)
    start, stop = list(weeks.values())[tables.opening(weeks)]
    cache_plans.kept_cover(asked, cache_plans.marks(asked.site))
    shown = cache_plans.Shown(None, "proposed", plan, None)
    for role in cache_plans.roles(plan)[:1]:
        cache_plans.week(asked, shown, cache_plans.attempt(plan, ()), role, start, stop)
