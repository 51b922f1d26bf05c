"""Method & trust: how it works, how well, for whom not, and who may see what."""

import streamlit as st

from dashboard import cache, cache_trust, controls, controls_work, wording
from dashboard.actions import trust as actions

say = wording.method


def render() -> None:
    """Draw the page."""
    site = controls.site()
    if site is not None:
        _about(site)
    st.subheader("How it works", anchor=False)
    st.markdown(say.METHOD)
    st.subheader("What it cannot do", anchor=False)
    st.markdown(say.LIMITS)
    st.subheader("Who may see what", anchor=False)
    st.markdown(say.WHO)


def _about(site: str) -> None:
    """How well it did here."""
    found = cache_trust.of_site(site)
    st.subheader("Does it keep its word here?", anchor=False)
    state = say.state(found)
    if state is None:
        st.info(say.held(found))
    else:
        controls.box(state, say.held(found))
    st.markdown(say.drifting(found))
    name, reason, info, parameters = cache_trust.live_model(site)
    st.subheader("Model card", anchor=False)
    if name:
        controls.table(say.model_card(name, reason, info, parameters))
    else:
        st.markdown(say.NO_MODEL)
    st.subheader("Is everybody served alike?", anchor=False)
    st.markdown(say.GROUPS)
    st.markdown(say.groups(cache_trust.groups_said(site), cache.time_zone(site)))
    if st.button("Compare groups now", icon=":material/groups:"):
        actions.compare_groups(site)
        st.rerun()
    controls_work.work(site, ("groups",))
