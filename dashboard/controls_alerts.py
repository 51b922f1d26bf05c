"""Widgets to decide on warnings with: acknowledge, act, snooze, override with a reason."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboard import cache, controls, wording
from dashboard.actions import decisions
from dashboard.service.alerts import Alert, largest, subject_of
from dashboard.service.decisions import Action, Subject
from dashboard.service.question import Answer
from dashboard.service.situation import Situation

say = wording.alerts
SHOWN = 4
KEPT = "decisions_kept"


def who() -> str:
    """Who decides: a name that is typed once and kept while the browser is open."""
    return st.text_input(
        say.LABELS["who"],
        decisions.usual_name(),
        max_chars=80,
        key="who",
        help=say.LABELS["who_help"],
        persist_state="session",
        width=260,
    )


def warnings(found: Situation, name: str) -> None:
    """A card for each warning with what can be done; all but the largest folded away."""
    zone = found.briefing.answer.forecast.time_zone
    shown, rest = largest(found.alerts, SHOWN)
    for alert in shown:
        _card(alert, zone, name)
    if rest:
        with st.expander(say.more(len(rest))):
            for alert in rest:
                _card(alert, zone, name)


def override(found: Situation, name: str) -> None:
    """A form that sets somebody's own number for a shift, warned of or not."""
    zone = found.briefing.answer.forecast.time_zone
    shifts = {w.name: w for w in found.briefing.windows if w.is_shift}
    if not shifts:
        return
    # Streamlit asks for these words outside the page's run, too, where no locale is in force.
    words = {name: say.shift(shifts[name], zone) for name in shifts}
    with st.expander(say.OVERRIDE), st.form("override", border=False):
        st.caption(say.OVERRIDE_HELP)
        chosen = st.selectbox(
            say.LABELS["shift"],
            list(shifts),
            format_func=words.__getitem__,
            key="override-shift",
        )
        number = st.number_input(say.LABELS["patients"], 0, value=None, key="override-number")
        reason = st.text_input(say.LABELS["reason"], max_chars=500, key="override-reason")
        if st.form_submit_button(say.LABELS["keep"]):
            window = shifts[chosen or next(iter(shifts))]
            subject = subject_of(found.briefing, window)
            _keep(subject, "override", name, reason=reason, number=number)


def staff_today(found: Answer) -> None:
    """Changes of today's roster, tried out when asked for: that takes some seconds."""
    zone, words = found.forecast.time_zone, wording.same_day
    if not st.toggle(words.ASK, key="same-day", help=words.ASK_HELP, bind="query-params"):
        return
    tried = cache.same_day(found)
    st.markdown(f"**{words.headline(tried)}**")
    lines = [*(words.line(one, zone) for one in tried.lines), *words.waits(tried), *tried.notes]
    st.markdown("\n".join(f"- {line}" for line in lines))


def log(site: str, data_version: int, zone: str) -> None:
    """What was decided lately, and whether overriding the forecast helped."""
    decided = cache.decision_log(site)
    st.markdown(say.value(cache.value_added(site, data_version, cache.decided(site))))
    if not decided:
        st.caption(say.NO_DECISIONS)
        return
    with st.expander(say.LOG):
        controls.table(say.log(decided, zone), rows=12)


def _card(alert: Alert, zone: str, name: str) -> None:
    subject = alert.subject
    key = f"{subject.kind}-{subject.role}-{subject.start:%Y%m%d%H%M}"
    book = cache.settings().alerts
    with st.container(border=True, key=f"alert-{key}".replace(" ", "-")):
        st.markdown(say.headline(alert, zone))
        steps = say.todo(alert, zone, book)
        st.markdown("\n".join(f"- {wording.markdown.plain(step)}" for step in steps))
        if state := say.state(alert, zone):
            st.markdown(f"**{wording.markdown.plain(state)}**")
        with st.container(horizontal=True, gap="small"):
            if st.button(say.LABELS["acknowledge"], key=f"acknowledge-{key}"):
                _keep(subject, "acknowledge", name)
            _ask("act", key, lambda: _act(subject, steps, key, name))
            _ask("snooze", key, lambda: _snooze(subject, key, name))
            _ask("override", key, lambda: _override(subject, key, name))


def _ask(action: str, key: str, fields: Callable[[], None]) -> None:
    # another key once something was kept: the box closes, and nothing is kept twice
    again = st.session_state.get(KEPT, 0)
    with (
        st.popover(say.LABELS[action], key=f"{action}-open-{key}-{again}"),
        st.form(f"{action}-form-{key}", border=False),
    ):
        fields()


def _act(subject: Subject, steps: list[str], key: str, name: str) -> None:
    done = st.selectbox(say.LABELS["what"], steps, key=f"act-{key}", accept_new_options=True)
    more = st.text_input(say.LABELS["more"], max_chars=300, key=f"act-more-{key}")
    if st.form_submit_button(say.LABELS["keep"]):
        _keep(subject, "act", name, reason="; ".join(part for part in (done, more) if part))


def _snooze(subject: Subject, key: str, name: str) -> None:
    hours = st.segmented_control(
        say.LABELS["until"],
        list(say.SNOOZES),
        default="1",
        required=True,
        format_func=say.SNOOZES.__getitem__,
        key=f"snooze-{key}",
    )
    if st.form_submit_button(say.LABELS["keep"]):
        _keep(subject, "snooze", name, hours=float(hours))


def _override(subject: Subject, key: str, name: str) -> None:
    unit = "heads" if subject.kind == "short" else "patients"
    number = st.number_input(say.LABELS[unit], 0, value=None, key=f"override-{key}")
    reason = st.text_input(say.LABELS["reason"], max_chars=500, key=f"override-why-{key}")
    if st.form_submit_button(say.LABELS["keep"]):
        _keep(subject, "override", name, reason=reason, number=number)


def _keep(subject: Subject, action: Action, name: str, **given: Any) -> None:
    """Keep the decision and draw the page anew; a refused one is said where it was taken."""
    try:
        decisions.decide(subject, action, name, **given)
    except cache.REFUSALS as error:
        st.error(wording.markdown.plain(str(error)))
        return
    st.session_state[KEPT] = st.session_state.get(KEPT, 0) + 1
    st.toast(say.LABELS["kept"])
    st.rerun()
