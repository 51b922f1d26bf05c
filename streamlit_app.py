"""The browser door: draws the page that was asked for. Everything else lies in dashboard/."""

import streamlit as st

from dashboard import controls
from dashboard.pages import PAGES

st.set_page_config(page_title="ed-inflow", page_icon="🏥", layout="wide")
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
