"""Wallboard: a few facts in large letters, which renew themselves."""

import streamlit as st

from dashboard import cache, charts, controls, wording

say = wording.board


def render() -> None:
    """Draw the page."""
    site = controls.site()
    if site is not None:
        controls.renewed(lambda: _wall(site))


def _wall(site: str) -> None:
    found = cache.answer(cache.question(site))
    if found is None:
        st.markdown(wording.notices.no_forecast(site, "all", cache.config_flag()))
        return
    now = cache.situation(found)
    moment, zone = now.briefing.now, found.forecast.time_zone
    st.html(
        charts.wall(
            site,
            say.clock(moment, zone),
            say.as_of(found, moment),
            say.stale(found, moment),
            say.state(now),
            say.facts(now),
            controls.palette(),
        )
    )
