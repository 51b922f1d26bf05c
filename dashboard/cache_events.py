"""What the page Events remembers: effects of special days, by data and calendar."""

import pandas as pd
import streamlit as st

from dashboard import cache
from dashboard.service import calendars, event_book
from dashboard.service.event_book import Book
from data import history
from data.store import Store
from forecasting import effects
from forecasting.effects import Effect

DAYS_AHEAD, DAYS_BACK = 42, 365


def book(site: str) -> Book:
    """Local events as they stand in the site's file, read anew."""
    return event_book.read(cache.settings(), site)


def knows_holidays(site: str) -> bool:
    """Whether the settings name the country whose public holidays the site has."""
    named = cache.settings().site(site)
    return named is not None and named.country is not None


def of_days(site: str) -> tuple[tuple[Effect, ...], tuple[Effect, ...]]:
    """Effects of special days ahead, and of those of the last year."""
    settings = cache.settings()
    mark = book(site).mark
    return _effects(site, cache.version(site)[0], mark, settings.hash, cache.now().floor("D"))


@st.cache_data(max_entries=8, show_spinner="Learning from past events…")
def _effects(
    site: str, data_version: int, book_mark: str, settings_hash: str, today: pd.Timestamp
) -> tuple[tuple[Effect, ...], tuple[Effect, ...]]:
    del data_version, book_mark, settings_hash, today
    settings = cache.settings()
    series = history.arrivals(Store.open(settings.store), site)
    calendar = calendars.of_settings(settings, site, series.time_zone)
    return (
        effects.upcoming(series, calendar, DAYS_AHEAD),
        effects.over(series, calendar, DAYS_BACK),
    )
