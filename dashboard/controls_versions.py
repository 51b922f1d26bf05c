"""Widgets of the page Versions & export: which version, drafts and locks, files to take away."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

import streamlit as st

from dashboard import cache_plans, controls, controls_plan, wording
from dashboard.actions import plans as actions
from dashboard.cache_plans import Version
from dashboard.service.errors import ServiceError
from dashboard.service.minimum_cover import BelowMinimum
from dashboard.service.plan_export import Export

say = wording.versions
NOTE, ALLOW_LOW, WHY_LOW = "lock_note", "lock_low", "lock_low_why"


def version(label: str, key: str, site: str, numbers: Sequence[int]) -> Version:
    """One of the versions, the newest unless changed; kept in the URL."""
    names = [str(number) for number in numbers]
    if st.session_state.get(key) not in (None, *names):
        del st.session_state[key]  # a version of another hospital
    controls.still_there(key, [say.version_name(number) for number in numbers])
    picked = st.selectbox(
        label,
        names,
        format_func=lambda name: say.version_name(int(name)),
        key=key,
        bind="query-params",
    )
    return cache_plans.version(site, int(picked or names[0]), cache_plans.marks(site))


def draft_buttons(site: str, level: float) -> None:
    """New drafts: of the forecast's plan, and of today's roster where one was imported."""
    marks = cache_plans.marks(site)

    def of_forecast() -> str:
        return _new(actions.draft(site, level))

    def of_roster() -> str:
        return _new(actions.draft_of_roster(site, level))

    with st.container(horizontal=True):
        st.button(say.DRAFT, on_click=controls_plan.do(of_forecast))
        if not cache_plans.imports(site, marks).empty:
            st.button(say.DRAFT_ROSTER, on_click=controls_plan.do(of_roster))


def lock_or_restore(picked: Version) -> None:
    """Lock a draft with a note; make a new draft like a version."""
    site, number = picked.site, picked.number

    low = cache_plans.below_minimum(picked.plan)

    def locked() -> str:
        note, why = (str(st.session_state.get(key, "")) for key in (NOTE, WHY_LOW))
        allowed = not low.empty and bool(st.session_state.get(ALLOW_LOW))
        if allowed and not why.strip():
            raise ServiceError(say.WHY_LOW_MISSING)
        try:
            actions.lock(site, number, note, why if allowed else "", picked.stored.newest_edit)
        except BelowMinimum as low_cover:
            raise ServiceError(say.refused(low_cover)) from None
        st.session_state[NOTE] = st.session_state[WHY_LOW] = ""
        st.session_state[ALLOW_LOW] = False
        return say.locked(number)

    if picked.status == "draft":
        st.text_input(say.NOTE, key=NOTE, help=say.NOTE_HELP)
        if not low.empty and st.checkbox(say.ALLOW_LOW, key=ALLOW_LOW):
            st.text_input(say.WHY_LOW, key=WHY_LOW, help=say.WHY_LOW_HELP)
    with st.container(horizontal=True):
        if picked.status == "draft":
            st.button(
                say.LOCK, on_click=controls_plan.do(locked), type="primary", help=say.LOCK_HELP
            )
        st.button(
            say.RESTORE, on_click=controls_plan.do(lambda: _new(actions.restore(site, number)))
        )


def export(picked: Version) -> Export:
    """The version in a profile and for days that are chosen, with buttons to take it away."""
    profiles = {one.name: say.profile_name(one) for one in cache_plans.profile_list()}
    need = picked.plan.requirement
    begins, ends = (
        at.tz_convert(need.time_zone).date() for at in (need.start, need.end - need.step)
    )
    name = st.selectbox(
        say.PROFILE,
        list(profiles),
        format_func=profiles.__getitem__,
        key="profile",
        bind="query-params",
    )
    with st.container(horizontal=True, gap="medium"):
        first = _day(say.FROM, "from", begins, begins, ends)
        last = _day(say.TO, "to", ends, begins, ends)
    whole = (first, last) == (begins, ends)
    made = cache_plans.export(
        picked, name or next(iter(profiles)), None if whole else first, None if whole else last
    )
    with st.container(horizontal=True):
        for file in made.files:
            label = say.CSV if len(made.files) == 1 else f"{say.CSV} {file.name}"
            controls.download_bytes(label, file.content, file.name)
        controls.download_bytes(say.MANIFEST, made.manifest.content, made.manifest.name)
    return made


def address() -> str:
    """Where this server answers, as the browser knows it."""
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}"


def _day(label: str, key: str, default: date, first: date, last: date) -> date:
    picked = st.date_input(
        label,
        default,
        min_value=first,
        max_value=last,
        key=f"{key}-{first}-{last}",
        bind="query-params",
    )
    return picked if isinstance(picked, date) else default


def _new(number: int) -> str:
    st.session_state["version"] = str(number)
    return say.drafted(number)
