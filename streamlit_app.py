"""The browser door: draws the page that was asked for. Everything else lies in dashboard/."""

import streamlit as st

from dashboard import controls
from dashboard.pages import PAGES

st.set_page_config(page_title="ed-inflow", page_icon="🏥", layout="wide")


def page(title: str, render: controls.Render, path: str, icon: str) -> st.Page:
    """A page; the wallboard draws its own title."""
    drawn = controls.page(title, render, titled=path != "wallboard")
    return st.Page(drawn, title=title, url_path=path, icon=icon, default=not path)


st.navigation({group: [page(*each) for each in pages] for group, pages in PAGES.items()}).run()
