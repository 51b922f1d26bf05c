"""The browser door: pages and their order. Everything else lies in dashboard/."""

import streamlit as st

from dashboard import controls
from dashboard.views import backtests, data_quality, forecast_explorer, staffing_plan, today

st.set_page_config(page_title="ed-inflow", page_icon="🏥", layout="wide")
PAGES = {
    "Operate": [("Today", today.render, "", ":material/today:")],
    "Plan": [("Staffing plan", staffing_plan.render, "staffing-plan", ":material/groups:")],
    "Analyse": [
        ("Forecast explorer", forecast_explorer.render, "forecast", ":material/query_stats:"),
        ("Backtests", backtests.render, "backtests", ":material/history:"),
    ],
    "Data": [("Data quality", data_quality.render, "data-quality", ":material/fact_check:")],
}
st.navigation(
    {
        group: [
            st.Page(
                controls.page(title, render),
                title=title,
                url_path=path,
                icon=icon,
                default=not path,
            )
            for title, render, path, icon in pages
        ]
        for group, pages in PAGES.items()
    }
).run()
