"""Today: is it normal, when is the peak, where am I short, what to do."""

import streamlit as st

from dashboard import cache, charts, controls, controls_alerts, wording

say = wording.today


def render() -> None:
    """Draw the page."""
    site = controls.site()
    if site is None:
        return
    top = st.container()
    found = controls.answer(site, top=top)
    if found is None:
        return
    now, palette = cache.situation(found), controls.palette()
    briefing, zone = now.briefing, found.forecast.time_zone
    with top:
        if briefing.outdated:
            st.info(wording.notices.outdated(found))
        controls.box(say.worst(now), say.verdict(now))

    with st.grid(len(briefing.windows), min_column_width=150):
        for window in briefing.windows:
            with st.container(border=True, height="stretch"):
                st.metric(
                    window.name,
                    wording.amounts.number(window.expected),
                    delta=say.card_range(window),
                    delta_color="off",
                    delta_arrow="off",
                    help=say.CARD_HELP,
                )
                st.caption(say.card_text(window, now))

    controls.download_page(
        wording.sheet.LABEL, lambda: cache.huddle_sheet(found), cache.huddle_file(found)
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.subheader(say.WHAT_TO_DO, anchor=False)
        who = controls_alerts.who()
    if not now.alerts:
        st.markdown(say.nothing_to_do(briefing))
    controls_alerts.warnings(now, who)
    controls_alerts.override(now, who)
    st.caption(wording.alerts.rule(now.rule, zone, cache.config_flag(), site))

    st.subheader(say.ARRIVALS, anchor=False)
    hours = "48"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        if found.forecast.step == "hour":
            hours = controls.choice(say.HOW_FAR, say.AHEAD, "ahead", "48")
        band = controls.band()
    fan = charts.fan(briefing, palette, band, int(hours))
    controls.chart(fan, say.fan_alt(now, int(hours)), key="fan")
    controls.twin(wording.tables.fan(briefing, int(hours)))
    if why := say.drivers(now):
        st.markdown(why)
        st.caption(say.DRIVERS_HELP)

    st.subheader(say.STAFF, anchor=False)
    if briefing.hourly_gap is None:
        st.info(wording.notices.no_staffing(found))
    else:
        st.html(charts.gap_strip(briefing.hourly_gap, zone, palette))
        st.caption(say.gap_help(briefing))
        controls_alerts.staff_today(found)

    st.subheader(say.DECISIONS, anchor=False)
    controls_alerts.log(site, found.question.data_version, zone)
