"""Model lab: change a model, try it on the past in the background, save it, make it live."""

import streamlit as st

from dashboard import (
    cache,
    cache_analysis,
    cache_lab,
    controls,
    controls_lab,
    controls_work,
    wording,
)

say = wording.lab


def render() -> None:
    """Draw the page."""
    site = controls.site()
    if site is None:
        return
    st.markdown(say.INTRO)
    group = controls.stream(site)
    st.subheader("Model and parameters", anchor=False)
    chosen = controls_lab.configuration(site, group)
    about = cache_lab.kept(site, group)
    usual = cache_lab.complete(type(chosen)(chosen.model))
    st.markdown(say.changes(say.DEFAULTS, cache_lab.changes(usual, chosen)))
    if about.live is not None:
        st.markdown(say.changes(say.LIVE, cache_lab.changes(about.live, chosen)))

    st.subheader("What it may know, and what it is asked", anchor=False)
    asked = controls_lab.trial(site, group, cache_lab.spec(chosen))
    if asked is not None:
        controls_lab.buttons(asked, chosen)
        st.caption(say.COMMAND)
        controls.command(asked.command)

    st.subheader("Work in the background", anchor=False)
    controls_work.work(site, ("try", "promote"))

    st.subheader("Leaderboard, by the day", anchor=False)
    race = None if asked is None else cache_lab.race_of(asked)
    if race is None:
        st.caption(say.FIRST)
    else:
        table = cache_analysis.scores(race, "day")
        controls.table(wording.backtests.leaderboard(table))
        if waiting := wording.backtests.behind(race):
            st.caption(waiting)
        st.caption(wording.backtests.LEADERBOARD_HELP)

    st.subheader("Make it live", anchor=False)
    st.markdown(say.live(about.live.label if about.live else None, about.reason))
    st.caption(say.GATE)
    controls_lab.promotion(site, group, chosen)
    st.caption(say.CALENDAR_LIVE)

    zone = cache.time_zone(site)
    st.subheader("Saved configurations", anchor=False)
    if about.saved.empty:
        st.caption(say.NOTHING_SAVED)
    else:
        controls.table(say.saved(about.saved, zone))
        st.caption(say.RESTORE)
    if not about.decisions.empty:
        st.subheader("What was live when, and why", anchor=False)
        controls.table(say.decisions(about.decisions, zone))
