"""Any model on a broken history: the answer a ward would have wanted."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data import clock
from data.arrivals import ArrivalSeries
from forecasting import careful, registry
from forecasting.calendar import Calendar
from forecasting.ignored import Period

CALENDAR = Calendar("America/Chicago", "US", "IA")
RATE_MODELS = ("profile", "harmonic", "ets")


def rng():
    return np.random.default_rng(1)


def with_values(series, change):
    values = series.counts.to_numpy(copy=True)
    change(values)
    return replace(series, counts=pd.Series(values, index=series.index))


def means(model, series, calendar=CALENDAR, steps=168):
    return model.fit(series, calendar).forecast(steps, 300, rng()).mean.to_numpy()


@pytest.fixture(scope="module")
def half_year(invent):
    return invent(180, day_sd=0.05)


@pytest.fixture(scope="module")
def fallen(invent):
    """Four hundred days by the day; 144 a day, but 40 % fewer on the last fourteen."""

    def fall(values):
        values[-14:] = np.round(values[-14:] * 0.6)

    return with_values(invent(400, step="day", day_sd=0.05), fall)


@pytest.mark.parametrize("name", ["seasonal-naive", *RATE_MODELS])
def test_without_a_break_the_answer_is_the_models_own(half_year, name):
    plain = registry.build(name).fit(half_year, CALENDAR).forecast(48, 50, rng())
    mended = careful.build(name).fit(half_year, CALENDAR).forecast(48, 50, rng())
    assert (plain.draws == mended.draws).all()
    assert plain.notes == mended.notes


@pytest.mark.parametrize("name", ["seasonal-naive", *RATE_MODELS])
def test_an_absurd_count_changes_next_to_nothing(half_year, name):
    def typo(values):
        values[4000] = 9999

    as_it_was = means(careful.build(name), half_year).sum()
    assert means(careful.build(name), with_values(half_year, typo)).sum() == pytest.approx(
        as_it_was, rel=0.02
    )


@pytest.mark.parametrize("name", RATE_MODELS)
def test_a_week_of_zeros_is_no_more_than_a_week_that_nobody_saw(half_year, name):
    def down(value):
        def change(values):
            values[165 * 24 : 172 * 24] = value

        return with_values(half_year, change)

    as_it_was = means(careful.build(name), half_year)
    unseen = means(careful.build(name), down(np.nan))
    zeros = means(careful.build(name), down(0.0))
    assert zeros == pytest.approx(unseen, rel=0.15)
    assert zeros.sum() == pytest.approx(as_it_was.sum(), rel=0.03)
    plain = means(registry.build(name), down(0.0))
    assert abs(plain.sum() - as_it_was.sum()) > 3 * abs(zeros.sum() - as_it_was.sum())


@settings(max_examples=8, deadline=None)
@given(first=st.integers(0, 173), name=st.sampled_from(RATE_MODELS[:2]))
def test_a_week_that_nobody_saw_changes_less_than_a_week_of_zeros(half_year, first, name):
    def down(value):
        def change(values):
            values[first * 24 : (first + 7) * 24] = value

        return with_values(half_year, change)

    model = registry.build(name)
    as_it_was = means(model, half_year).sum()
    unseen = abs(means(model, down(np.nan)).sum() - as_it_was)
    zeros = abs(means(model, down(0.0)).sum() - as_it_was)
    assert unseen <= zeros + 0.005 * as_it_was


@pytest.mark.parametrize("name", RATE_MODELS[:2])
def test_two_weeks_after_a_fall_the_level_is_the_new_one(fallen, name):
    made = careful.build(name).fit(fallen, CALENDAR).forecast(28, 300, rng())
    assert made.mean.mean() == pytest.approx(0.6 * 146, rel=0.08)
    old = registry.build(name).fit(fallen, CALENDAR).forecast(28, 300, rng())
    assert old.mean.mean() > 1.1 * made.mean.mean()
    assert any("lower since" in note for note in made.notes)


def test_after_a_fall_ranges_are_wider_than_after_a_calm_year(invent, fallen):
    def width(series):
        made = careful.build("harmonic").fit(series, CALENDAR).forecast(28, 300, rng())
        ends = made.quantiles(0.1, 0.9)
        return ((ends["q90"] - ends["q10"]) / made.mean).mean()

    assert width(fallen) > 1.5 * width(invent(400, step="day", day_sd=0.05))


def test_a_model_fitted_before_the_fall_follows_it_without_a_new_fit(fallen):
    before = fallen.until(fallen.index[-14])
    fitted = careful.build("harmonic").fit(before, CALENDAR)
    made = fitted.forecast(28, 300, rng(), fallen)
    assert made.mean.mean() == pytest.approx(0.6 * 146, rel=0.08)
    assert fitted.forecast(28, 300, rng()).mean.mean() == pytest.approx(146, rel=0.08)


def test_what_is_to_be_ignored_leaves_no_trace(half_year):
    def pandemic(values):
        values[100 * 24 : 120 * 24] //= 3

    first = half_year.index[100 * 24].tz_convert(half_year.time_zone)
    last = half_year.index[120 * 24 - 1].tz_convert(half_year.time_zone)
    ignored = (Period(f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}", "pandemic"),)
    calendar = replace(CALENDAR, ignored=ignored)
    model = careful.build("profile")
    broken = model.fit(with_values(half_year, pandemic), calendar).forecast(48, 50, rng())
    whole = model.fit(half_year, calendar).forecast(48, 50, rng())
    assert (broken.draws == whole.draws).all()
    assert "(pandemic)" in broken.notes[-1]


@pytest.mark.parametrize("step", ["hour", "day"])
def test_every_first_day_of_a_new_department_gets_an_answer_that_holds(invent, step):
    series = invent(61, step=step, day_sd=0.05)
    inside = []
    for days in range(1, 61):
        past = series.until(clock.days_after(series.start, days, series.time_zone))
        fitted = careful.build("profile").fit(past, CALENDAR)
        low, high = fitted.forecast(25, 100, rng()).totals("day").quantiles(0.1, 0.9).iloc[0]
        inside.append(low <= series.daily().counts.iloc[days] <= high)
    assert 0.7 <= np.mean(inside) <= 0.98


def test_the_first_wave_of_a_pandemic_is_followed(shared_data):
    table = pd.read_csv(shared_data / "portugal_daily" / "tidy_daily.csv.gz")
    table = table[table["RegiaoNome"].str.contains("Algarve")].sort_values("Período")
    zone = "Europe/Lisbon"
    start = clock.instant(table["Período"].iloc[0], zone)
    index = clock.steps_from(start, len(table), "day", zone)
    counts = pd.Series(table["Nº Episódios Urgência"].to_numpy(float), index=index)
    series = ArrivalSeries("Algarve", "all", zone, "day", counts)
    calendar = Calendar(zone, "PT")
    held, errors = [], {"plain": [], "careful": []}
    for day in ("2020-03-24", "2020-04-07", "2020-04-21"):
        past = series.until(clock.instant(day, zone))
        for label, model in (
            ("plain", registry.build("profile")),
            ("careful", careful.build("profile")),
        ):
            made = model.fit(past, calendar).forecast(7, 200, rng())
            came = counts.loc[made.index].to_numpy()
            errors[label].append(np.abs(made.mean.to_numpy() - came).mean())
        ends = made.quantiles(0.1, 0.9).to_numpy()
        held.append(((came >= ends[:, 0]) & (came <= ends[:, 1])).mean())
    assert np.mean(errors["careful"]) < 0.3 * np.mean(errors["plain"])
    assert np.mean(held) >= 0.7
