"""Data quality: how fresh the data is, what is odd in it, what was loaded and what was refused."""

import streamlit as st

from dashboard import cache, controls, wording

say = wording.trust


def render() -> None:
    """Draw the page."""
    site = controls.site()
    if site is None:
        return
    version, _ = cache.version(site)
    zone = cache.time_zone(site)
    report = cache.quality(site, version, cache.now().floor("h"))
    controls.watch(site)
    controls.freshness(report, zone)

    st.subheader("Findings", anchor=False)
    found = wording.tables.findings(report, zone)
    if found.empty:
        st.markdown(say.NO_FINDINGS)
    else:
        controls.table(found)

    st.subheader("Loads", anchor=False)
    loads = cache.loads(site, version)
    controls.table(wording.tables.ledger(loads, zone))
    for load, content in cache.rejects(loads).items():
        controls.download_bytes(say.rejects(load), content, f"refused-rows-load-{load}.csv")
    st.caption(say.LEDGER)
    st.info(say.PRIVACY, icon=":material/shield:")
