"""The table of local events as a person edits it → rows to save."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import cache, wording
from dashboard.actions import events as actions
from dashboard.service.event_book import Book

say = wording.events
YEARS: dict[str, Any] = {"min_value": date(1990, 1, 1), "max_value": date(2100, 12, 31)}


def add(book: Book) -> None:
    """A form for one event more: for a phone, and for those who do not see the table."""
    mark = book.mark  # what was typed stays until it is saved
    with st.form(f"event-{mark}"), st.grid(2, min_column_width=260):
        name = st.text_input("Name of the event", max_chars=80, key=f"name-{mark}")
        days = st.date_input("First and last day", [], format="YYYY-MM-DD", key=f"days-{mark}")
        kind = st.selectbox("Kind of event", say.KINDS, key=f"kind-{mark}")
        expect = st.selectbox("What is expected", list(say.EXPECT.values()), key=f"expect-{mark}")
        added = st.form_submit_button("Add event", icon=":material/add:")
    if added:
        ends = list(days) if isinstance(days, tuple) else [days]
        row: dict[str, Any] = {
            "name": name,
            "first": ends[0] if ends else None,
            "last": ends[-1] if ends else None,
        }
        codes = {words: code for code, words in say.EXPECT.items()}
        row |= {"kind": kind, "expect": codes[expect]}
        _said(lambda: actions.add(book, row))


def editor(book: Book) -> None:
    """The table of events there are, to change or delete, and a button that saves it."""
    if not book.events:
        st.caption(say.where(book))
        return
    kinds = list(dict.fromkeys([*say.KINDS, *(one.kind for one in book.events)]))
    rows = pd.DataFrame(
        [
            (one.name, one.first, one.last, one.kind, say.EXPECT[one.expect], one.site is None)
            for one in book.events
        ],
        columns=list(say.COLUMNS),
    ).astype({"first": "datetime64[s]", "last": "datetime64[s]", "everywhere": bool})
    label, column = say.COLUMNS, st.column_config
    edited = st.data_editor(
        rows,
        num_rows="delete",
        hide_index=True,
        key=f"events-{book.site}-{book.mark}",
        column_config={
            # No column is required: a row that lacks one would stay behind without a word.
            "name": column.TextColumn(label["name"], max_chars=80),
            "first": column.DateColumn(label["first"], format="D MMM YYYY", **YEARS),
            "last": column.DateColumn(label["last"], format="D MMM YYYY", **YEARS),
            "kind": column.SelectboxColumn(label["kind"], options=kinds, default="event"),
            "expect": column.SelectboxColumn(
                label["expect"], options=list(say.EXPECT.values()), default=say.EXPECT[""]
            ),
            "everywhere": column.CheckboxColumn(label["everywhere"], default=False),
        },
    )
    if st.button("Save events", type="primary", icon=":material/save:"):
        codes = {words: code for code, words in say.EXPECT.items()}
        changed = edited.assign(expect=edited["expect"].map(codes).fillna("")).to_dict("records")
        found = [{str(name): cell for name, cell in row.items()} for row in changed]
        _said(lambda: actions.save(book, found))
    st.caption(say.where(book))


def _said(action: Callable[[], str]) -> None:
    """Do it, and say in which file it is, or why it is not."""
    try:
        file = action()
    except cache.REFUSALS as error:
        st.error(str(error))
    else:
        st.toast(say.saved(file))
        st.rerun()
