"""Versions & export: drafts and locks, what differs, what has drifted, files for other programs."""

import streamlit as st

from dashboard import cache_plans, controls, controls_plan, controls_versions, wording
from dashboard.cache_plans import Version

say = wording.versions


def render() -> None:
    """Draw the page."""
    site = controls.site()
    found = controls.answer(site) if site else None
    if site is None or found is None:
        return
    if found.need is None:
        st.info(wording.notices.no_staffing(found))
        return
    controls_plan.said()
    zone, level = found.need.time_zone, found.question.service_level
    versions = cache_plans.versions(site, cache_plans.marks(site))
    if versions.empty:
        st.markdown(say.NONE_YET)
        controls_versions.draft_buttons(site, level)
        return
    controls.table(say.listed(versions, zone), rows=8)
    controls_versions.draft_buttons(site, level)
    numbers = list(versions["version"])
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        picked = controls_versions.version(say.VERSION, "version", site, numbers)
        part = controls.choice(say.PART, say.PARTS, "part", "version")
    st.caption(wording.edits.about(picked.stored.about, zone))
    if part == "version":
        _version(picked, zone)
    elif part == "differences":
        _differences(picked, [number for number in numbers if number != picked.number], zone)
    elif part == "drift":
        drift = cache_plans.drift(site, picked.number, found.question, cache_plans.marks(site))
        st.markdown(say.drift(drift))
        controls.table(say.drift_table(drift.stretches(), zone), rows=20)
    else:
        _export(picked)


def _version(picked: Version, zone: str) -> None:
    if low := say.too_low(cache_plans.below_minimum(picked.plan), zone):
        st.warning(low)
    st.markdown(say.hours(picked.plan))
    controls_versions.lock_or_restore(picked)
    st.subheader(say.EDITS, anchor=False)
    edits = picked.stored.edits
    st.caption(say.EDIT_ON if len(edits) else f"{say.NO_EDITS} {say.EDIT_ON}")
    if not edits.empty:
        controls.table(say.edits(edits, zone), rows=12)


def _differences(picked: Version, others: list[int], zone: str) -> None:
    if not others:
        st.info(say.NO_OTHER)
        return
    other = controls_versions.version(say.OTHER, "other", picked.site, others)
    table = cache_plans.difference(other, picked)
    plans = (other.plan, picked.plan)
    st.markdown(say.differences(other.number, picked.number, plans, table))
    if not table.empty:
        controls.table(say.difference_table(table, zone), rows=20)


def _export(picked: Version) -> None:
    made = controls_versions.export(picked)
    st.markdown(say.exported(made, picked.status))
    st.subheader(say.FIRST_ROWS, anchor=False)
    controls.table(say.first_rows(made), rows=10)
    st.subheader(say.PULL, anchor=False)
    st.caption(say.PULL_HELP)
    command = say.pull_command(controls_versions.address(), picked.site, made)
    st.code(command, language="bash", wrap_lines=True)
