"""The steps of the page Import: file, hospital, columns, look, load."""

from functools import partial
from typing import Any, Literal
from zoneinfo import available_timezones

import pandas as pd
import streamlit as st

from dashboard import cache, charts, controls, wording
from dashboard.actions import first_run
from dashboard.actions import imports as actions
from dashboard.service import imports
from dashboard.service.files import Reading
from dashboard.service.imports import Preview, Upload
from data import locale
from data.load_report import LoadReport

say = wording.imports
KINDS = ["csv", "txt", "tsv", "gz", "parquet"]


def upload() -> Upload | None:
    """The file that was chosen; it lies in memory only."""
    file = st.file_uploader("File of arrivals", type=KINDS, key="file")
    return None if file is None else Upload(file.name, file.getvalue())


def hospital() -> tuple[str, str]:
    """Name and time zone of the site; empty until a name is there."""
    names = cache.sites()
    left, right = st.columns(2)
    with left:
        # The one that was looked at: a file loaded into another's counts would spoil them.
        seen = st.query_params.get("site", st.session_state.get("site_before"))
        at = names.index(seen) if seen in names else 0
        chosen = st.selectbox("Hospital", [*names, say.NEW_SITE], at, key="into") if names else None
        new = chosen in (None, say.NEW_SITE)
        name = st.text_input("Name of the hospital", key="new-site").strip() if new else chosen
    locale.speak(cache.settings().locale_of(name or None))
    known = imports.known_zone(cache.settings(), name) if name else None
    with right:
        zones = [known] if known else sorted(available_timezones())
        own = st.context.timezone
        at = zones.index(own) if own in zones else 0
        zone = st.selectbox(
            "Time zone of the hospital", zones, at, disabled=known is not None,
            key=f"zone-{known}", help=say.ZONE_HELP,
        )  # fmt: skip
    return name or "", zone or ""


def reading(site: str, zone: str, columns: tuple[str, ...]) -> Reading:
    """How the file is to be read."""
    mapping: dict[str, str] = {}
    with st.expander(say.READING):
        with st.grid(4, min_column_width=200):
            for ours, label in say.OURS.items() if columns else ():
                theirs = st.selectbox(label, [say.GUESS, *columns], key=f"column-{ours}")
                if theirs != say.GUESS:
                    mapping[ours] = theirs
        order = _code("How dates are written", say.ORDERS, "order", say.ORDER_HELP)
        absent = _code("An hour without a row means", say.ABSENT, "absent", say.ABSENT_HELP)
        with st.grid(2, min_column_width=200):
            since = st.text_input("Complete from", key="covers-from", help=say.COVERS_HELP)
            until = st.text_input("Complete until", key="covers-to", help=say.COVERS_HELP)
    date_order: Literal["auto", "day-first", "month-first"] = (
        "day-first" if order == "day-first" else "month-first" if order != "auto" else "auto"
    )
    rule: Literal["guess", "zero", "missing"] = (
        "zero" if absent == "zero" else "missing" if absent == "missing" else "guess"
    )
    return Reading(
        site, zone, mapping or None, date_order, rule, since.strip() or None, until.strip() or None
    )


def _code(label: str, words: dict[str, str], key: str, help_text: str) -> str:
    found = st.radio(
        label, list(words), format_func=words.__getitem__, key=key, horizontal=True, help=help_text
    )
    return found or next(iter(words))


def looked_at(file: Upload, how: Reading) -> Preview | None:
    """The file as it would be loaded, kept for this visit until another is chosen; or None.

    Then it is said why it cannot be.
    """
    key = (hash(file), repr(how))
    kept = st.session_state.get("looked-at")
    if kept is None or kept[0] != key:
        st.session_state.pop("looked-at", None)
        try:
            with st.spinner("Looking at the file…"):
                st.session_state["looked-at"] = kept = (key, actions.preview(file, how))
        except cache.REFUSALS as error:
            st.error(say.note(str(error)))
            return None
    found: Preview = kept[1]
    return found


def shown(found: Preview, zone: str) -> None:
    """What loading would do."""
    controls.box("watch" if found.report.rejected else "normal", say.verdict(found.report, zone))
    report = found.report
    if warning := say.replaces(found.replaces, report.site, report.step):
        st.warning(warning)
    st.markdown("\n".join(f"- {say.note(note)}" for note in report.notes))
    totals = found.series.daily().counts
    totals.index = pd.DatetimeIndex(totals.index).tz_convert(zone).tz_localize(None)
    if totals.notna().any():
        drawn = charts.days(totals, controls.palette())
        controls.chart(drawn, say.days_alt(totals), key="days")
        controls.twin(say.days_table(totals))
    else:
        st.markdown(say.NO_WHOLE_DAY)
    st.subheader("Columns", anchor=False)
    controls.table(say.mapping(found.report))
    st.subheader("Clock changes", anchor=False)
    if found.changes.empty:
        st.markdown(say.NO_CHANGE)
    else:
        controls.table(say.clock_changes(found.changes))
    if len(found.refused):
        st.subheader("Refused rows", anchor=False)
        controls.table(say.refused(found.refused), rows=10)
        st.caption(say.REFUSED_HELP)


def load(file: Upload, how: Reading) -> None:
    """The button that loads it."""
    st.button(
        f"Load into {how.site}", type="primary", icon=":material/database_upload:",
        on_click=partial(_commit, file, how),
    )  # fmt: skip


def _commit(file: Upload, how: Reading) -> None:
    _said(lambda: st.session_state.update({"load-done": actions.commit(file, how)}))
    st.session_state.pop("looked-at", None)
    if "load-done" in st.session_state:  # the other pages go on with it
        st.session_state["site"] = st.session_state["site_before"] = how.site


def done() -> bool:
    """What the last load of this visit did, with the way back and the way on; False: none yet."""
    if trouble := st.session_state.pop("load-trouble", None):
        st.error(trouble)
    if message := st.session_state.pop("load-message", None):
        st.info(message)
    report: LoadReport | None = st.session_state.get("load-done")
    if report is None:
        return False
    st.success(say.loaded(report))
    with st.container(horizontal=True):
        st.button("Make a forecast now", on_click=partial(_forecast, report.site))
        if not report.already_loaded:
            st.button(f"Take load {report.load_id} back", on_click=partial(_undo, report.load_id))
        st.button("Load another file", on_click=partial(st.session_state.pop, "load-done", None))
    return True


def _forecast(site: str) -> None:
    _said(lambda: first_run.forecast(site))


def _undo(load_id: int) -> None:
    _said(lambda: st.session_state.update({"load-message": actions.take_back(load_id)}))
    st.session_state.pop("load-done", None)


def _said(action: Any) -> None:
    """Do it; what is refused is shown on the next drawing."""
    try:
        action()
    except cache.REFUSALS as error:
        st.session_state["load-trouble"] = say.note(str(error))
