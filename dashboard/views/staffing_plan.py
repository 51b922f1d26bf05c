"""Staffing plan: heads needed, shifts against them and today's roster, edited in place."""

import streamlit as st

from dashboard import cache_plans, charts, controls, controls_plan, wording

say, words = wording.plan, wording.edits


def render() -> None:
    """Draw the page."""
    site = controls.site()
    if site is None:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        number = controls_plan.plan(site)
        level = controls.service_level() if number is None else None
    found = controls.answer(site, level=level)
    if found is None:
        return
    if found.need is None or found.plan is None:
        st.info(wording.notices.no_staffing(found))
        return
    picked = controls_plan.shown(site, number, found.plan)
    plan, need, palette = picked.plan, picked.plan.requirement, controls.palette()
    st.caption(
        words.about(picked.version.stored.about, need.time_zone)
        if picked.version
        else words.proposed()
    )
    verdict = st.container()
    weeks = wording.tables.weeks(need)
    roles = controls_plan.roles(plan)
    if not roles:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        role = controls.choice(words.ROLE, roles, "role", next(iter(roles)))
        start, stop = weeks[controls_plan.week(weeks)]

    above = st.container()
    st.subheader(words.shifts_title(role), anchor=False)
    with st.container():  # what comes and goes below the grid moves nothing but itself
        edit = controls_plan.in_every_week(picked, controls_plan.grid(picked, role, start, stop))
        controls_plan.said()
        tried = cache_plans.attempt(plan, edit)
        controls_plan.keep(site, picked, need.service_level, edit, tried.low)
    controls_plan.twin(wording.tables.shifts(tried.plan, role, start, stop))
    controls_plan.import_roster(site, need.time_zone)

    verdict.markdown(f"{say.promise(need)} {say.shortfall(tried.plan)}")
    for part in cache_plans.kept_cover(found.question, cache_plans.marks(site)):
        verdict.markdown(wording.markdown.plain(wording.against.sentence(part)))
    with above:  # filled last, so that all of it counts the edit in hand
        week = cache_plans.week(found.question, picked, tried, role, start, stop)
        controls_plan.cards(words.cards(week, role))
        st.subheader(words.cover_title(role), anchor=False)
        drawn = charts.cover(tried.plan, role, start, stop, palette, week.today)
        controls.chart(drawn, say.cover_alt(tried.plan, role), key="cover")
        controls.twin(wording.tables.need(tried.plan, start, stop, role, week.today))

    st.subheader(words.need_title(role), anchor=False)
    controls.chart(charts.need_heatmap(need, role, palette), say.need_alt(need, role), key="need")
    controls.twin(wording.tables.most_needed(need, role))
    st.caption(f"{say.source(found)} {say.fewest(tried.plan)}")
