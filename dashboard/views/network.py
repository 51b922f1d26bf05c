"""Network: all hospitals, one row each, the one that is shortest of staff first."""

import streamlit as st

from dashboard import cache, charts, controls, wording

say = wording.board


def render() -> None:
    """Draw the page."""
    if cache.has_arrivals():
        controls.renewed(_rows)
    else:
        controls.site()


def _rows() -> None:
    found = cache.sites_now()
    rows = []
    for one in found.sites:
        state = "watch" if one.situation is None else say.state(one.situation)[0]
        with controls.writing_as(one.site):
            rows.append((state, say.row(one)))
    st.html(charts.sites(say.COLUMNS, rows, say.OPEN, controls.palette()))
    st.caption(say.NETWORK_HELP)
