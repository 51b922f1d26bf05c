"""Forecast explorer: any group of patients, what came and what is expected, how sure."""

import streamlit as st

from dashboard import cache, charts, controls, wording

say = wording.trust


def render() -> None:
    """Draw the page."""
    site = controls.site()
    if site is None:
        return
    choices = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    with choices:
        group = controls.stream(site)
    found = controls.answer(site, group)
    if found is None:
        return
    palette, hourly = controls.palette(), found.forecast.step == "hour"
    with choices:
        grain = controls.choice("Show", say.VIEWS, "grain", "day") if hourly else "day"
        band = controls.band()
    draw = charts.by_hour if grain == "hour" else charts.by_day
    controls.chart(draw(found, band, palette), say.forecast_alt(found, band), key="forecast")
    if grain == "hour":
        controls.twin(wording.tables.hours(found))
    st.markdown(say.model(found))
    controls.download("Forecast (CSV)", cache.forecast_csv, found.question, "forecast")

    st.subheader("Why so many", anchor=False)
    if found.parts is None:
        st.caption(wording.parts.not_told(found.question.stream))
    else:
        day = controls.day(wording.parts.days(found.parts))
        st.markdown(wording.parts.why(found.parts, day))
        if (bars := charts.parts_of_day(found.parts, day, palette)) is not None:
            controls.chart(bars, wording.parts.day_alt(found.parts, day), key="parts")
            controls.twin(wording.parts.by_cause(found.parts, day))
        controls.twin(wording.parts.by_step(found.parts, day), wording.parts.MADE_OF)
        st.caption(f"{wording.parts.CAPTION} {wording.parts.WHOLE}")

    if hourly:
        st.subheader("When in the week patients come", anchor=False)
        heat = charts.hour_of_week(found, palette)
        controls.chart(heat, say.week_alt(cache.busiest(found.forecast)), key="rhythm")
        controls.twin(wording.tables.week(found))

    st.subheader("Patients a day", anchor=False)
    controls.table(wording.tables.days(found), rows=15)
    st.caption(say.RANGES)
