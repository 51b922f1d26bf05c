"""Backtests: models side by side on the past, whether their ranges held, where they were wrong."""

import streamlit as st

from dashboard import cache_analysis, charts, controls, wording

say, kept = wording.backtests, cache_analysis


def render() -> None:
    """Draw the page."""
    site = controls.site()
    if site is None:
        return
    group = controls.stream(site)
    races = {say.race(race): race for race in kept.races(site, group)}
    controls.watch_store()
    if not races:
        st.markdown(say.NOTHING)
        controls.command(say.first_command(site, group))
        return
    race = races[controls.one_of("Backtest", list(races), "race")]
    choices = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    grains = kept.grains(race)
    with choices:
        grain = controls.choice(
            "Scored by", {one: say.GRAINS[one] for one in grains}, "scored", "day", say.GRAIN_HELP
        )
    table, palette = kept.scores(race, grain), controls.palette()
    st.markdown(say.best(table, grain))
    controls.table(say.leaderboard(table))
    if waiting := say.behind(race):
        st.caption(waiting)
    st.caption(say.LEADERBOARD_HELP)
    st.caption(say.COMMAND)
    for line in kept.commands(race):
        controls.command(line)

    with choices:
        model = controls.one_of("Look into", kept.contenders(table), "model")
    st.subheader(f"Did the ranges of {model} hold?", anchor=False)
    left, right = st.columns(2, gap="medium")
    with left:
        held = kept.coverage(race, model, grain)
        controls.chart(charts.coverage(held, palette), say.coverage_alt(held, model), "coverage")
        controls.twin(say.coverage_table(held))
        st.caption(say.COVERAGE_HELP)
    with right:
        shares = kept.pit(race, model, grain)
        controls.chart(charts.pit(shares, palette), say.pit_alt(shares), "pit")
        controls.twin(say.pit_table(shares))
        st.caption(say.PIT_HELP)

    bias = kept.bias(race, model)
    if bias is not None:
        st.subheader("When it is too high or too low", anchor=False)
        controls.chart(charts.bias(bias, palette), say.bias_alt(bias), "bias")
        controls.twin(say.bias_table(bias))
        st.caption(say.BIAS_HELP)

    st.subheader("Worst days", anchor=False)
    controls.table(say.worst(kept.worst_days(race, model)))
    st.caption(say.WORST_HELP)

    st.subheader("One forecast, and what came", anchor=False)
    origins = {say.origin(moment): moment for moment in kept.origins(race)}
    moment = origins[controls.one_of("Made on", list(origins), "origin")]
    step = "hour" if grain == "hour" else "day"
    rows = kept.origin_rows(race, model, moment, step)
    drawn = charts.origin(rows, race.time_zone, step, palette)
    controls.chart(drawn, say.origin_alt(rows, model, moment), "told")
    controls.twin(say.origin_table(rows, by_day=step == "day"))
