"""Widgets of the planner's pages: which plan, the grid that edits it, today's roster."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import cache, cache_plans, controls, wording
from dashboard.actions import plans as actions
from dashboard.cache_plans import Shown
from dashboard.service import plan_grid
from dashboard.service.errors import ServiceError
from dashboard.service.minimum_cover import BelowMinimum
from data import locale
from staffing.edits import Change
from staffing.plan import ShiftPlan

say = wording.edits
SAID, REASON, ALLOW, GRID = "plan_said", "plan_reason", "plan_allow", "plan_grid"
REPEAT = "plan_repeat"
COLUMN = 104  # pixels: code and hours of a shift behind the sign that it can be edited


def plan(site: str) -> int | None:
    """The version that is looked at; None for the plan that is proposed now. In the URL."""
    table = cache_plans.versions(site, cache_plans.marks(site))
    names = ["proposed", *(str(number) for number in table["version"])]
    if st.session_state.get("plan") not in (None, *names):
        del st.session_state["plan"]  # a version of another hospital
    picked = st.selectbox(
        say.PLAN,
        names,
        format_func=say.plan_name,
        key="plan",
        help=say.PLAN_HELP,
        bind="query-params",
    )
    return None if picked in (None, "proposed") else int(picked)


def shown(site: str, number: int | None, proposed: ShiftPlan) -> Shown:
    """The plan that is looked at: a version, or the one proposed now."""
    if number is None:
        return Shown(None, "proposed", proposed, None)
    version = cache_plans.version(site, number, cache_plans.marks(site))
    return Shown(number, version.status, version.plan, version)


def said() -> None:
    """What the last write came to, once, in a place of its own.

    Without one all below would move when it goes, and what moves is closed and leaves the URL.
    """
    place = st.container()
    kind, sentence = st.session_state.pop(SAID, ("", ""))
    if kind:
        box = {"done": place.success, "refused": place.error}[kind]
        box(wording.markdown.plain(sentence))


def do(work: Callable[[], str]) -> Callable[[], None]:
    """A write that a button asks for; its sentence, or why it was refused, is shown next."""
    written = locale.current()

    def asked() -> None:
        try:
            with locale.use(written):
                st.session_state[SAID] = ("done", work())
        except cache.REFUSALS as error:
            st.session_state[SAID] = ("refused", str(error))

    return asked


def roles(plan: ShiftPlan) -> dict[str, str]:
    """A plan's roles that the department still has, as they are named; says which it has not."""
    known = cache_plans.roles(plan)
    gone = [name for name in plan.requirement.roles if name not in known]
    if gone:
        st.warning(say.roles_gone(gone))
    names = wording.plan.roles(plan.requirement)
    return {name: names[name] for name in known}


def week(weeks: dict[str, tuple[pd.Timestamp, pd.Timestamp]]) -> str:
    """One of the weeks of the plan, kept in the URL; unless changed the first of some length."""
    controls.still_there("week", weeks)
    names, first = list(weeks), wording.tables.opening(weeks)
    shown = st.selectbox(say.WEEK, names, index=first, key="week", bind="query-params")
    return shown or names[first]


def grid(picked: Shown, role: str, start: pd.Timestamp, stop: pd.Timestamp) -> tuple[Change, ...]:
    """The shifts of a role and week, to be changed in place; returns the edit in hand."""
    patterns = cache_plans.codes(role)
    ordered = sorted(patterns, key=lambda code: (patterns[code][0], code))
    before = plan_grid.grid(picked.plan, role, start, stop, ordered)
    names = {
        code: say.shift_name(code, *patterns[code]) if code in patterns else code
        for code in before.columns
    }
    st.caption(say.GRID_HELP)
    cells = st.data_editor(
        before.set_axis([say.day_name(day) for day in before.index]),
        column_config={
            code: st.column_config.NumberColumn(
                name, min_value=0, max_value=999, step=1, width=COLUMN, required=True
            )
            for code, name in names.items()
        },
        disabled=["_index"],
        num_rows="fixed",
        key=_grid_key(picked, role, start),
    )
    asked = plan_grid.asked(before, cells.set_axis(before.index), role)
    gone = cache_plans.retired(picked.plan, asked)
    if gone:
        st.warning(say.retired(gone))
    asked = tuple(one for one in asked if one not in gone)
    beside = cache_plans.outside(picked.plan, asked)
    if beside:
        st.warning(say.outside(beside, picked.plan.requirement))
    return tuple(one for one in asked if one not in beside)


def in_every_week(picked: Shown, edit: tuple[Change, ...]) -> tuple[Change, ...]:
    """The edit in hand, and where it is asked for the same in all weeks of the plan."""
    every = cache_plans.repeated(edit, picked.plan)
    if len(every) == len(edit) or not st.checkbox(say.REPEAT, key=REPEAT, help=say.REPEAT_HELP):
        return edit
    return every


def _grid_key(picked: Shown, role: str, start: pd.Timestamp) -> str:
    """Anew after each edit that was kept or thrown away."""
    edits = 0 if picked.version is None else len(picked.version.stored.edits)
    again = st.session_state.get(GRID, 0)
    return f"{GRID}-{picked.number}-{edits}-{role}-{start:%Y%m%d}-{again}"


def keep(
    site: str, picked: Shown, level: float, edit: tuple[Change, ...], low: pd.DataFrame
) -> None:
    """Reason, and the buttons that keep an edit, throw it away or take the last one back."""
    number = picked.number
    seen = None if picked.version is None else picked.version.stored.newest_edit
    if edit:
        st.markdown(say.changes(edit))
        if not low.empty:
            st.warning(say.too_low(low, picked.plan.requirement.time_zone))
            st.checkbox(say.ALLOW, key=ALLOW)
        st.text_input(say.REASON, key=REASON, help=say.REASON_HELP)

    def kept() -> str:
        reason, allowed = str(st.session_state.get(REASON, "")), bool(st.session_state.get(ALLOW))
        try:
            holding = actions.edit(site, number, level, edit, reason, allowed, seen)
        except BelowMinimum as low:
            raise ServiceError(say.refused(low)) from None
        st.session_state["plan"] = str(holding)
        st.session_state[REASON], st.session_state[ALLOW] = "", False
        st.session_state[REPEAT] = False
        return say.kept(holding, number)

    def thrown() -> None:
        st.session_state[GRID] = st.session_state.get(GRID, 0) + 1

    with st.container(horizontal=True):
        if edit:
            st.button(say.KEEP, on_click=do(kept), type="primary")
            st.button(say.DISCARD, on_click=thrown)
        if number is not None and seen is not None and picked.can_undo:
            st.button(say.UNDO, on_click=do(lambda: say.undone(actions.undo(site, number, seen))))


def cards(found: list[dict[str, str]]) -> None:
    """Figures side by side; as tall with an edit in hand, so that the grid below stays in place.

    A grid that moves while somebody types gets the next value into another cell.
    """
    st.caption(say.CHANGE_HELP)
    with st.grid(len(found), min_column_width=150):
        for one in found:
            with st.container(border=True, height="stretch"):
                st.metric(
                    one["label"],
                    one["value"],
                    delta=one["delta"] or None,
                    delta_color="off",
                    delta_arrow="off",
                    help=one["help"],
                )
                st.caption(one["caption"])


def import_roster(site: str, zone: str) -> None:
    """Take today's roster from a file."""
    with st.expander(say.ROSTER_TITLE):
        st.markdown(wording.rosters.known(cache_plans.imports(site, cache_plans.marks(site)), zone))
        st.caption(say.ROSTER_FORM)
        file: Any = st.file_uploader(say.ROSTER_FILE, type=["csv", "txt"], key="roster_file")
        forms = ["", *(one.name for one in cache_plans.profile_list() if one.form == "shift")]
        form = st.selectbox(
            say.ROSTER_PROFILE, forms, format_func=lambda name: name or say.NO_PROFILE
        )
        if file is None:
            return

        def taken() -> str:
            found = actions.import_roster(site, file.getvalue(), file.name, form or None)
            return wording.rosters.taken(file.name, found, cache.now())

        st.button(say.ROSTER_TAKE, on_click=do(taken), type="primary")


def twin(table: pd.DataFrame) -> None:
    """The grid as a table that a screen reader can walk through, folded away."""
    with st.expander(say.TWIN):
        controls.table(table)
