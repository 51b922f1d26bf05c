"""Import: a file is looked at, its columns, clock changes and refusals shown, and then loaded."""

import streamlit as st

from dashboard import cache_import, controls, controls_import, controls_work, wording

say = wording.imports


def render() -> None:
    """Draw the page."""
    st.markdown(say.INTRO)
    if controls_import.done():
        controls_work.work(None, ("forecast", "demo"))
        return
    file = controls_import.upload()
    if file is None:
        return
    site, zone = controls_import.hospital()
    how = controls_import.reading(site, zone, cache_import.columns(file))
    if not site:
        st.info(say.NAME_FIRST)
        return
    found = controls_import.looked_at(file, how)
    if found is None:
        return
    controls_import.load(file, how)
    controls_import.shown(found, zone)
    controls.watch_store()
