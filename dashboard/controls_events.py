"""The table of local events as a person edits it → rows to save."""

import pandas as pd
import streamlit as st

from dashboard import cache, wording
from dashboard.actions import events as actions
from dashboard.service.event_book import Book

say = wording.events


def editor(book: Book) -> None:
    """The table, and a button that saves it."""
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
        num_rows="dynamic",
        hide_index=True,
        key=f"events-{book.site}-{book.mark}",
        column_config={
            "name": column.TextColumn(label["name"], required=True, max_chars=80),
            "first": column.DateColumn(label["first"], required=True, format="D MMM YYYY"),
            "last": column.DateColumn(label["last"], format="D MMM YYYY"),
            "kind": column.SelectboxColumn(label["kind"], options=kinds, default="event"),
            "expect": column.SelectboxColumn(
                label["expect"], options=list(say.EXPECT.values()), default=say.EXPECT[""]
            ),
            "everywhere": column.CheckboxColumn(label["everywhere"], default=False),
        },
    )
    if st.button("Save events", type="primary", icon=":material/save:"):
        _save(book, edited)
    st.caption(say.where(book))


def _save(book: Book, edited: pd.DataFrame) -> None:
    codes = {words: code for code, words in say.EXPECT.items()}
    rows = edited.assign(expect=edited["expect"].map(codes).fillna("")).to_dict("records")
    try:
        file = actions.save(book, [{str(name): cell for name, cell in row.items()} for row in rows])
    except cache.REFUSALS as error:
        st.error(str(error))
    else:
        st.toast(say.saved(file))
        st.rerun()
