"""The browser door: pages and their order. Everything else lies in dashboard/."""

import streamlit as st

from dashboard import controls
from dashboard.views import (
    data_quality,
    forecast_explorer,
    network,
    staffing_plan,
    today,
    versions,
    wallboard,
)

st.set_page_config(page_title="ed-inflow", page_icon="🏥", layout="wide")
PAGES = {
    "Operate": [
        ("Today", today.render, "", ":material/today:"),
        ("Network", network.render, "network", ":material/lan:"),
        ("Wallboard", wallboard.render, "wallboard", ":material/tv:"),
    ],
    "Plan": [
        ("Staffing plan", staffing_plan.render, "staffing-plan", ":material/groups:"),
        ("Versions & export", versions.render, "versions", ":material/lock:"),
    ],
    "Analyse": [
        ("Forecast explorer", forecast_explorer.render, "forecast", ":material/query_stats:")
    ],
    "Data": [("Data quality", data_quality.render, "data-quality", ":material/fact_check:")],
}


def page(title: str, render: controls.Render, path: str, icon: str) -> st.Page:
    """A page; the wallboard draws its own title."""
    drawn = controls.page(title, render, titled=path != "wallboard")
    return st.Page(drawn, title=title, url_path=path, icon=icon, default=not path)


st.navigation({group: [page(*each) for each in pages] for group, pages in PAGES.items()}).run()
