"""Data quality: how fresh the data is, what is odd in it, what was loaded and what was refused."""

import streamlit as st

from dashboard import cache, cache_trust, controls, wording

say, quality = wording.trust, wording.quality


def render() -> None:
    """Draw the page."""
    site = controls.site()
    if site is None:
        return
    version, _ = cache.version(site)
    zone = cache.time_zone(site)
    report = cache.quality(site, version, cache.now())
    controls.watch(site)
    controls.freshness(report, zone)

    st.subheader("Checks", anchor=False)
    controls.table(quality.checks(report))

    st.subheader("Findings, and what to do", anchor=False)
    found = quality.findings(report, zone)
    for paragraph in found:
        with st.container(border=True):
            st.markdown(paragraph)
    if not found:
        st.markdown(say.NO_FINDINGS)

    trusted = cache_trust.of_site(site)
    st.subheader("Drift", anchor=False)
    st.markdown(wording.method.drifting(trusted))

    st.subheader("How late hours come in", anchor=False)
    if trusted.late.empty:
        st.markdown(quality.NOT_LATE)
    else:
        controls.table(quality.late(trusted.late), rows=12)
        st.caption(quality.LATE_HELP)

    st.subheader("Loads", anchor=False)
    loads = cache.loads(site, version)
    controls.table(quality.ledger(loads, zone), rows=20)
    if rejects := cache.rejects(loads):
        st.caption(quality.REJECTS)
        if st.checkbox(quality.REJECTS_WANTED, key="rejects"):
            for load, file in rejects.items():
                controls.download_file(say.rejects(load), file, f"refused-rows-load-{load}.csv")
    st.caption(say.LEDGER)
    st.info(say.PRIVACY, icon=":material/shield:")
