"""Widgets of the page Model lab → a configuration and a try; buttons → actions."""

import math
from typing import Any

import streamlit as st

from dashboard import cache, cache_lab, controls, wording
from dashboard.actions import lab as actions
from dashboard.service.lab import MOST_ORIGINS, Try
from dashboard.service.lab_promotion import Promotion
from forecasting.configuration import Configuration
from forecasting.parameters import OneOf, Parameter, Range, Value

say = wording.lab
REASONS_USED = "reasons-used"
# Of the form's own two decimals, 0.027 reads as 0.03.
DIGITS = "%.6g"


def configuration(site: str, stream: str) -> Configuration:
    """Model and parameters as chosen; the start may be one that was kept."""
    starts = cache_lab.known(site, stream)
    left, right = st.columns(2)
    with right:
        start = controls.one_of("Start from", [say.DEFAULTS, *starts], "start")
    begun = starts.get(start)
    with left:
        if begun is None:
            model = controls.one_of("Model", cache_lab.models(), "lab_model")
            begun = Configuration(model)
        else:
            model = st.selectbox("Model", [begun.model], disabled=True, key=f"of-{start}")
    whole = cache_lab.complete(begun)
    values: dict[str, Value] = {}
    with st.grid(max(1, min(4, len(whole.values))), min_column_width=200):
        for parameter in cache_lab.parameters(model):
            now = whole.values[parameter.name]
            values[parameter.name] = _parameter(parameter, now, f"{parameter.name}-{whole.hash}")
    return cache_lab.complete(Configuration.of(model, values))


def _parameter(parameter: Parameter, now: Value, key: str) -> Value:
    """One parameter's widget, kept in the URL."""
    label, help_text = say.label(parameter), say.meaning(parameter)
    shared: dict[str, Any] = {"key": key, "help": help_text, "bind": "query-params"}
    if isinstance(parameter.kind, OneOf):
        choices = list(parameter.kind.choices)
        chosen: Value | None = st.selectbox(label, choices, choices.index(now), **shared)
        return now if chosen is None else chosen
    if isinstance(parameter.kind, Range):
        low, high = parameter.kind.low, parameter.kind.high
        if isinstance(parameter.default, int):
            return int(st.number_input(label, int(low), int(high), int(now), 1, **shared))
        step = _step(float(parameter.default))
        told = st.number_input(
            label, float(low), float(high), float(now), step, format=DIGITS, **shared
        )
        # Steps leave the dust of binary fractions; what nobody touched keeps all its digits.
        return now if told == now else round(float(told), 9)
    return str(st.text_input(label, str(now), **shared) or now)


def _step(usual: float) -> float:
    """How far a press of + or − goes: some tenths of the usual value, as days or as thousandths.

    >>> _step(730.0), _step(8.0), _step(0.027)
    (10.0, 0.1, 0.001)
    """
    return float(10.0 ** (math.floor(math.log10(usual)) - 1)) if usual > 0 else 0.01


def what_it_knows(site: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the model is not to know, and days it is to ignore."""
    calendar, left_out = cache_lab.calendar(site), []
    there = {
        "holidays": calendar.country is not None,
        "events": bool(calendar.events),
        "regressors": bool(calendar.regressors),
        "ignored": bool(calendar.ignored),
    }
    with st.container(horizontal=True, gap="medium"):
        for name, is_there in there.items():
            told = st.checkbox(
                say.KNOWN[name],
                value=True,
                disabled=not is_there,
                key=f"knows-{name}",
                bind="query-params",
            )
            if is_there and not told:
                left_out.append(name)
    own = [one.name for one in calendar.regressors] if "regressors" not in left_out else []
    if len(own) > 1:
        kept = st.multiselect(
            "Conditions it may know", own, own, key="conditions", bind="query-params"
        )
        left_out += [name for name in own if name not in kept]
    lines = st.text_area(
        "Days left out of learning", height=80, key="ignore", help=say.IGNORE_HELP,
        placeholder="2020-03-15..2020-06-30", bind="query-params",
    )  # fmt: skip
    return tuple(left_out), tuple(line.strip() for line in lines.splitlines() if line.strip())


def trial(site: str, stream: str, model: str) -> Try | None:
    """The whole try as asked for; None, and why, where it cannot be."""
    left_out, ignored = what_it_knows(site)
    with st.grid(3, min_column_width=150):
        origins = _number("Past forecasts", 1, MOST_ORIGINS, 13, "origins")
        every = _number("Days between them", 1, 90, 28, "every")
        ahead = _number("Days ahead", 1, 56, 28, "reach")
    try:
        last = cache_lab.last_origin(site, stream, ahead)
        return Try(
            site, stream, model, last, origins, every, ahead, without=left_out, ignore=ignored
        )
    except cache.REFUSALS as error:
        st.error(str(error))
        return None


def _number(label: str, low: int, high: int, usual: int, key: str) -> int:
    return int(
        st.number_input(
            label, low, high, usual, 1, key=key, help=say.TRIAL_HELP, bind="query-params"
        )
    )


def buttons(asked: Try, chosen: Configuration) -> None:
    """Run, save and download."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if st.button("Run in the background", type="primary", icon=":material/play_arrow:"):
            _done(actions.try_out, asked, said="Started: it goes on if you leave this page.")
        note = st.text_input("Note", key="note", placeholder="why this one", width=240)
        if st.button("Save configuration", icon=":material/bookmark:"):
            _done(actions.save, asked.site, asked.stream, chosen, note, said="Saved.")
        name = f"{chosen.model}-{chosen.hash}.toml"
        st.download_button(
            "Configuration (TOML)", chosen.toml, name, "application/toml", on_click="ignore",
            icon=":material/download:",
        )  # fmt: skip


def promotion(site: str, stream: str, chosen: Configuration) -> None:
    """Make it live through the gate, or go back to automatic choice, and the line that does so."""
    used = int(st.session_state.get(REASONS_USED, 0))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        reason = st.text_input(say.REASON, key=f"reason-{used}")
        if st.button(f"Promote {chosen.label}", icon=":material/verified:"):
            _decide(actions.promote, site, stream, chosen, reason, said="The gate is being asked.")
        if cache_lab.kept(site, stream).live is not None and st.button("Back to automatic choice"):
            _decide(actions.back_to_auto, site, stream, reason, said="Chosen automatically again.")
    st.caption(say.PROMOTE_COMMAND)
    controls.command(Promotion(site, stream, chosen.toml, reason.strip() or None).command)


def _decide(action: Any, *arguments: Any, said: str) -> None:
    """Do it, and forget its reason, which must not overrule the gate for another one later."""

    def decided() -> None:
        action(*arguments)
        st.session_state[REASONS_USED] = int(st.session_state.get(REASONS_USED, 0)) + 1

    _done(decided, said=said)


def _done(action: Any, *arguments: Any, said: str) -> None:
    try:
        action(*arguments)
    except cache.REFUSALS as error:
        st.error(str(error))
    else:
        st.toast(said)
        st.rerun()  # what was read of the store before is not so any more
