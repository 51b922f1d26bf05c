"""Every model keeps the same contract."""

import numpy as np
import pandas as pd
import pytest

from data.arrivals import ArrivalSeries
from forecasting import registry
from forecasting.calendar import Calendar
from forecasting.day_effects import day_totals
from forecasting.errors import ForecastError
from forecasting.rates import thin_history, week

CALENDAR = Calendar("America/Chicago", "US", "IA")
NAMES = list(registry.MODELS)


@pytest.fixture(scope="module")
def year(invent):
    return invent(420, day_sd=0.05)


@pytest.mark.parametrize("name", NAMES)
def test_a_forecast_is_whole_patients_from_the_end_of_the_history(name, year):
    forecast = registry.build(name).fit(year, CALENDAR).forecast(50, 20, np.random.default_rng(1))
    assert forecast.draws.shape == (50, 20)
    assert np.issubdtype(forecast.draws.dtype, np.integer)
    assert forecast.draws.min() >= 0
    assert forecast.origin == year.end
    assert forecast.model == name
    assert (forecast.site, forecast.stream) == (year.site, year.stream)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_draws_and_another_seed_others(name, year):
    fitted = registry.build(name).fit(year, CALENDAR)
    one, two, other = (fitted.forecast(48, 50, np.random.default_rng(seed)) for seed in (7, 7, 8))
    assert np.array_equal(one.draws, two.draws)
    assert not np.array_equal(one.draws, other.draws)


@pytest.mark.parametrize("name", NAMES)
def test_fitting_twice_gives_the_same_forecast_and_leaves_the_model_as_it_was(name, year):
    model = registry.build(name)
    before = repr(model)
    draws = [model.fit(year, CALENDAR).forecast(30, 10, np.random.default_rng(3)).draws
             for _ in range(2)]  # fmt: skip
    assert np.array_equal(*draws)
    assert repr(model) == before


@pytest.mark.parametrize("name", NAMES)
def test_a_busier_past_month_means_a_busier_forecast_without_a_new_fit(name, year, invent):
    fitted = registry.build(name).fit(year, CALENDAR)
    later = year.counts.copy()
    more = invent(56, start="2023-02-27", level=12.0, seed=5)
    both = pd.concat([later, more.counts])
    history = ArrivalSeries("here", "all", year.time_zone, "hour", both)
    calm = fitted.forecast(168, 200, np.random.default_rng(1)).mean.sum()
    busy = fitted.forecast(168, 200, np.random.default_rng(1), history)
    assert busy.origin == history.end
    assert busy.mean.sum() > 1.2 * calm


@pytest.mark.parametrize("name", NAMES)
def test_a_steady_ward_is_forecast_at_its_own_level_and_shape(name, year, invent):
    from tests.forecasting.conftest import hourly_truth

    forecast = registry.build(name).fit(year, CALENDAR).forecast(
        336, 400, np.random.default_rng(1))  # fmt: skip
    truth = hourly_truth(forecast.index.tz_convert(year.time_zone), 6.0)
    tolerance = 0.15 if name == "seasonal-naive" else 0.06
    assert forecast.mean.sum() == pytest.approx(truth.sum(), rel=tolerance)
    if name != "seasonal-naive":
        assert np.corrcoef(forecast.mean, truth)[0, 1] > 0.97


@pytest.mark.parametrize("name", NAMES)
def test_days_are_forecast_by_the_day(name, invent):
    series = invent(420, step="day")
    forecast = registry.build(name).fit(series, CALENDAR).forecast(28, 50, np.random.default_rng(1))
    assert forecast.step == "day"
    assert len(forecast.index) == 28
    assert forecast.mean.mean() == pytest.approx(147, rel=0.12)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("Asia/Kolkata", "2024-01-01"),
        ("Australia/Adelaide", "2024-02-01"),
        ("America/Santiago", "2024-06-15"),
        ("Europe/London", "2024-01-15"),
    ],
)
def test_every_zone_is_forecast_across_its_clock_change(name, zone, start, invent):
    series = invent(75, time_zone=zone, start=start)
    fitted = registry.build(name).fit(series, Calendar(zone))
    forecast = fitted.forecast(24 * 40, 10, np.random.default_rng(1))
    local = forecast.index.tz_convert(zone)
    assert (np.asarray(local.minute) == 0).all()
    by_hour = forecast.mean.groupby(np.asarray(local.hour)).mean()
    assert by_hour.idxmax() in range(11, 18)


@pytest.mark.parametrize("name", ["seasonal-naive", "profile", "harmonic"])
@pytest.mark.parametrize("days", [1, 3, 10])
def test_one_day_of_history_is_enough_for_a_wide_sensible_forecast(name, days, invent):
    series = invent(days)
    fitted = registry.build(name).fit(series, CALENDAR)
    forecast = fitted.forecast(168, 500, np.random.default_rng(1))
    assert forecast.mean.sum() == pytest.approx(6 * 168, rel=0.35)
    assert any("of history" in note for note in forecast.notes)
    day = forecast.totals("day").quantiles(0.1, 0.9)
    poisson_width = 2 * 1.2816 * np.sqrt(144)
    assert (day["q90"] - day["q10"]).mean() > poisson_width


def test_a_gap_longer_than_a_year_leaves_the_usual_week_before_it(invent):
    whole = invent(900, level=4.0, day_sd=0.05)
    counts = whole.counts.copy()
    counts.iloc[-24 * 430 :] = np.nan
    broken = ArrivalSeries("here", "all", whole.time_zone, "hour", counts)
    before, after = (
        registry.build("profile").fit(one, CALENDAR)
        for one in (whole.until(whole.index[-24 * 430]), broken)
    )
    then, now = (one.outlook(24 * 7, one.series) for one in (before, after))
    assert now.rates.sum() == pytest.approx(then.rates.sum(), rel=0.05)
    assert now.spread.day == pytest.approx(then.spread.day, rel=0.25)


@pytest.mark.parametrize("name", NAMES)
def test_three_weeks_without_data_do_not_count_as_quiet(name, year):
    counts = year.counts.copy()
    counts.iloc[-24 * 40 : -24 * 19] = np.nan
    broken = ArrivalSeries("here", "all", year.time_zone, "hour", counts)
    whole, holed = (
        registry.build(name).fit(series, CALENDAR).forecast(168, 200, np.random.default_rng(1))
        for series in (year, broken)
    )
    assert holed.mean.sum() == pytest.approx(whole.mean.sum(), rel=0.06)


@pytest.mark.parametrize("name", NAMES)
def test_a_week_that_nobody_saw_changes_less_than_a_week_without_patients(name, year):
    def expected(week: float | None) -> float:
        counts = year.counts.copy()
        if week is not None:
            counts.iloc[-7 * 24 :] = week
        series = ArrivalSeries("here", "all", year.time_zone, "hour", counts)
        fitted = registry.build(name).fit(series, CALENDAR)
        return float(fitted.forecast(168, 200, np.random.default_rng(1)).mean.sum())

    whole = expected(None)
    assert abs(expected(np.nan) - whole) < abs(expected(0.0) - whole)


ON_LOGARITHMS = ("ets", "components", "gaussian")


@pytest.mark.parametrize("name", ON_LOGARITHMS)
def test_logarithms_of_an_empty_ward_are_refused_in_a_sentence(name, invent):
    with pytest.raises(ForecastError, match="use the model 'profile' until then"):
        registry.build(name).fit(invent(60, level=0.0), CALENDAR)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ON_LOGARITHMS])
def test_an_empty_ward_stays_empty(name, invent):
    quiet = invent(60, level=0.0)
    forecast = registry.build(name).fit(quiet, CALENDAR).forecast(48, 50, np.random.default_rng(1))
    assert forecast.mean.max() < 0.2


@pytest.mark.parametrize("step", ["hour", "day"])
@pytest.mark.parametrize("name", ["profile", "harmonic"])
def test_a_day_on_which_nobody_came_does_not_rule_out_that_somebody_will(name, step, invent):
    """A Poisson rate of which nothing was seen for a day is Gamma(½): P(0 tomorrow) is √½."""
    quiet = invent(1, level=0.0, step=step)
    fitted = registry.build(name).fit(quiet, CALENDAR)
    steps = 24 if step == "hour" else 1
    forecast = fitted.forecast(steps, 4000, np.random.default_rng(1))
    day = forecast.draws.sum(axis=0)
    assert day.mean() == pytest.approx(0.5, abs=0.05)
    assert (day == 0).mean() == pytest.approx(0.5**0.5, abs=0.04)
    assert forecast.notes[0].startswith("No patient is recorded in ")
    counts = invent(1, step=step).counts
    more = ArrivalSeries("here", "all", quiet.time_zone, step, counts)
    later = fitted.forecast(steps, 400, np.random.default_rng(1), more)
    assert later.draws.sum(axis=0).mean() == pytest.approx(counts.sum(), rel=0.05)
    assert not any("No patient" in note for note in later.notes)


@pytest.mark.parametrize("name", NAMES)
def test_ten_times_the_patients_are_ten_times_the_forecast(name, invent):
    series = invent(120)
    tenfold = ArrivalSeries("here", "all", series.time_zone, "hour", series.counts * 10)
    small, large = (
        registry.build(name).fit(one, CALENDAR).forecast(168, 1000, np.random.default_rng(1))
        for one in (series, tenfold)
    )
    assert large.mean.sum() == pytest.approx(10 * small.mean.sum(), rel=0.03)


def test_an_unknown_model_is_refused_with_the_nearest_name():
    with pytest.raises(ValueError, match=r"no model 'profet'.*(profile|prophet)"):
        registry.build("profet")


def test_components_read_the_level_from_as_many_days_as_they_were_told(invent):
    steady = invent(800)
    rise = np.repeat([1.0, 1.4], [24 * 60, 24 * 740])[: len(steady.counts)]
    series = ArrivalSeries("here", "all", steady.time_zone, "hour", (steady.counts * rise).round())
    fitted = registry.build("components(memory_days=3650)").fit(series, CALENDAR)
    past = week(series)
    level = fitted.learned.in_sample(past, day_totals(series, past))[1]
    assert level[55] < level[100] - 0.2  # the first two months were quieter, 740 days ago


def test_a_history_of_hours_is_counted_in_hours(invent):
    whole = invent(3)
    for hours, said in ((1, "1 hour"), (12, "12 hours"), (24, "1 day"), (60, "2 days")):
        counts = whole.counts.iloc[:hours]
        series = ArrivalSeries("here", "all", whole.time_zone, "hour", counts)
        assert thin_history(series)[0].startswith(f"Only {said} of history: ")
