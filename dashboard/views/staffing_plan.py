"""Staffing plan: heads needed by day and hour, shifts against them, files to take away."""

import streamlit as st

from dashboard import cache, charts, controls, wording

say = wording.plan


def render() -> None:
    """Draw the page."""
    site = controls.site()
    if site is None:
        return
    level = controls.service_level()
    found = controls.answer(site, level=level)
    if found is None:
        return
    if found.need is None or found.plan is None:
        st.info(wording.notices.no_staffing(found))
        return
    need, plan, palette = found.need, found.plan, controls.palette()
    st.markdown(f"{say.promise(need)} {say.shortfall(plan)}")

    with st.grid(len(need.roles), min_column_width=200):
        for role in need.roles:
            with st.container(border=True, height="stretch"):
                st.metric(
                    role.capitalize(),
                    say.paid(plan, role),
                    delta=say.short(plan, role),
                    delta_color="off",
                    delta_arrow="off",
                    help=say.PAID_HELP,
                )
                st.caption(f"Paid hours, {say.horizon(need)}  \n{say.spare(plan, role)}")

    with st.container(horizontal=True):
        for label, content, name in (
            ("Needs by half hour (CSV)", cache.staffing_csv, "staffing"),
            ("Shifts (CSV)", cache.shifts_csv, "shifts"),
        ):
            controls.download(label, content, found.question, name)

    weeks = wording.tables.weeks(need)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        role = controls.choice("Role", say.roles(need), "role", need.roles[0])
        start, stop = weeks[controls.week(weeks)]

    st.subheader(f"{role.capitalize()}: on duty against need", anchor=False)
    controls.chart(
        charts.cover(plan, role, start, stop, palette), say.cover_alt(plan, role), key="cover"
    )
    controls.twin(wording.tables.need(plan, start, stop, role))

    st.subheader(f"{role.capitalize()}: shifts to roster", anchor=False)
    controls.table(wording.tables.shifts(plan, role, start, stop))
    st.caption(f"{say.SHIFTS_HELP} {say.fewest(plan)}")

    st.subheader(f"{role.capitalize()}: needed by day and hour", anchor=False)
    controls.chart(charts.need_heatmap(need, role, palette), say.need_alt(need, role), key="need")
    controls.twin(wording.tables.most_needed(need, role))
    st.caption(say.source(found))
