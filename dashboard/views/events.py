"""Events: special days to come, what past ones did, and the local ones as a table to edit."""

import streamlit as st

from dashboard import cache_events, cache_trust, controls, controls_events, wording

say = wording.events


def render() -> None:
    """Draw the page."""
    site = controls.site()
    if site is None:
        return
    book = cache_events.book(site)
    to_come, over = cache_events.of_days(site)

    st.subheader("The next six weeks", anchor=False)
    if not cache_events.knows_holidays(site):
        st.warning(say.NO_COUNTRY)
    if to_come:
        controls.table(say.ahead(to_come, book.events))
        live = cache_trust.live_model(site)[0] or None
        st.caption(f"{say.AHEAD_HELP} {wording.effects.whose(live)}")
    elif cache_events.knows_holidays(site):
        st.markdown(say.NONE_AHEAD)

    st.subheader("Local events", anchor=False)
    st.caption(say.EDIT_HELP)
    controls_events.add(book)
    controls_events.editor(book)

    st.subheader("The last year, and what was learned", anchor=False)
    if over:
        controls.table(say.before(over, book.events), rows=14)
    else:
        st.markdown(say.NONE_BEFORE)
    controls.watch(site)
