"""Today: is it normal, when is the peak, where am I short, what to do."""

import streamlit as st

from dashboard import cache, charts, controls, wording

say = wording.today


def render() -> None:
    """Draw the page."""
    site = controls.site()
    found = controls.answer(site) if site else None
    if found is None:
        return
    briefing, palette = cache.today(found), controls.palette()
    zone = found.forecast.time_zone
    if briefing.outdated:
        st.info(wording.notices.outdated(found))
    controls.box(say.worst(briefing), say.verdict(briefing))

    with st.grid(len(briefing.windows), min_column_width=210):
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
                st.caption(say.card_text(window, zone))

    todo = say.actions(briefing)
    if todo:
        st.subheader("What to do", anchor=False)
        st.markdown("\n".join(f"- {line}" for line in todo))

    st.subheader("Arrivals", anchor=False)
    controls.chart(charts.fan(briefing, palette), say.fan_alt(briefing), key="fan")
    controls.twin(wording.tables.fan(briefing))

    st.subheader("Staff against need, next 24 hours", anchor=False)
    if briefing.hourly_gap is None:
        st.info(wording.notices.no_staffing(found))
        return
    st.html(charts.gap_strip(briefing.hourly_gap, zone, palette))
    st.caption(say.GAP_HELP)
