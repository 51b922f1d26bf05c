"""Configurations: one meaning, one text; what makes no sense is refused with what would."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting import configuration, registry
from forecasting.calendar import Calendar
from forecasting.configuration import Configuration, differences, from_toml, parse, read
from forecasting.errors import ForecastError
from forecasting.models.profile import Profile
from forecasting.parameters import OneOf, Parameter, Range, declared

NAMES = [name for name in registry.MODELS if registry.parameters(name)]
CALENDAR = Calendar("America/Chicago", "US")


@pytest.mark.parametrize("name", NAMES)
def test_every_default_of_a_model_makes_sense_and_is_found_again_by_its_place(name):
    for parameter in registry.parameters(name):
        assert parameter.checked(parameter.default, name) == parameter.default
        assert 0 <= parameter.place(parameter.default) <= 1
        again = parameter.at(parameter.place(parameter.default))
        if isinstance(parameter.default, str):
            assert again == parameter.default
        else:
            assert again == pytest.approx(parameter.default, rel=0.005)
        assert type(again) is type(parameter.default)
        assert parameter.kind.meaning


@settings(deadline=None)
@given(st.floats(0, 1), st.booleans(), st.booleans())
def test_every_place_is_a_value_that_the_parameter_allows(place, log, whole):
    parameter = Parameter("days", 10 if whole else 10.0, Range(3, 700, "days", log=log))
    value = parameter.at(place)
    assert parameter.checked(value, "m") == value
    assert parameter.place(value) == pytest.approx(place, abs=0.2 if whole else 0.01)


def test_a_choice_is_walked_through_in_its_order():
    parameter = Parameter("kind", "b", OneOf(("a", "b", "c"), "kinds"))
    assert [parameter.at(place) for place in (0, 0.5, 1)] == ["a", "b", "c"]
    assert parameter.place("c") == 1


@pytest.mark.parametrize("name", NAMES)
def test_a_configuration_survives_its_toml_and_its_spec(name):
    whole = registry.complete(Configuration(name))
    assert {one.name for one in registry.parameters(name)} == set(whole.values)
    assert from_toml(whole.toml, "f.toml") == whole
    assert parse(whole.spec) == whole
    assert registry.label(whole.spec) == whole.label == f"{name}@{whole.hash}"
    assert registry.build(name).name == registry.label(name) == name


@settings(deadline=None)
@given(st.dictionaries(st.from_regex(r"[a-z_]{1,9}", fullmatch=True), st.floats(0.001, 1e6)))
def test_any_numbers_survive_to_the_last_bit_and_order_does_not_count(values):
    one = Configuration.of("harmonic", values)
    assert from_toml(one.toml, "f") == parse(one.spec) == one
    backwards = dict(reversed(values.items()))
    assert Configuration.of("harmonic", backwards).hash == one.hash


def test_a_part_of_the_parameters_and_all_of_them_are_the_same_configuration():
    some = registry.build("harmonic(waves=4)")
    assert some == registry.build("harmonic", waves=4)
    assert some.name == registry.complete(parse("harmonic(waves=4)")).label
    assert some.waves == 4
    assert registry.build("harmonic", level_half_life=14).level_half_life == 14.0
    assert registry.build("harmonic", level_half_life=14).name != some.name


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("model = 'harmonik'", "There is no model 'harmonik': did you mean 'harmonic'?"),
        ("model = 'harmonic'\n[parameters]\nwave = 3", "did you mean 'waves'?"),
        ("model = 'harmonic'\n[parameters]\nwaves = 99", "is 99; it must be a whole number from"),
        ("model = 'harmonic'\n[parameters]\nwaves = 2.5", "is 2.5; it must be a whole number"),
        ("model = 'harmonic'\n[parameters]\nwaves = true", "is True; it must be a whole number"),
        ("model = 'harmonic'\n[parameters]\nlevel_half_life = nan", "is nan; it must be a number"),
        ("model = 'harmonic'\n[parameters]\nwaves = [3]", r"is \[3\]; it must be a whole number"),
        ("model = 'prophet'\n[parameters]\nseasonality = 'odd'", "one of multiplicative, additive"),
        ("model = 'harmonic'\n[parameters]\nname = 'x'", "has no parameter 'name': did you"),
        ("model = 'seasonal-naive'\n[parameters]\nx = 1", "has no parameter 'x': it has none"),
        ("modle = 'harmonic'", "f.toml: unknown key 'modle': did you mean 'model'?"),
        ("[parameters]", "f.toml: 'model' is None; it must name a model"),
        ("model = 'harmonic'\nparameters = 3", "must be a table, written"),
        ("model = ", "f.toml is no configuration"),
        ("model = 'ensemble'\n[parameters]\nmembers = 'ets+ensemble'", "cannot be a member"),
        ("model = 'ensemble'\n[parameters]\nmembers = 'ets+ets'", "cannot be a member"),
        ("model = 'ensemble'\n[parameters]\nmembers = 'ets+harmonik'", "did you mean 'harmonic'"),
        ("model = 'ensemble'\n[parameters]\nmembers = ' '", "it must be a text"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_would(text, said):
    with pytest.raises(ForecastError, match=said):
        registry.complete(from_toml(text, "f.toml"))


@pytest.mark.parametrize("spec", ["harmonic(waves=4", "harmonic(waves)", "harmonic(=4)"])
def test_a_spec_that_is_not_complete_is_refused_with_an_example(spec):
    with pytest.raises(ForecastError, match=r"write it as '.*waves=4"):
        registry.build(spec)


def test_a_file_that_is_not_there_or_not_text_is_said(tmp_path):
    with pytest.raises(ForecastError, match=r"Cannot read .*none\.toml: No such file"):
        read(tmp_path / "none.toml")
    (tmp_path / "photo.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ForecastError, match="not a text file"):
        read(tmp_path / "photo.toml")


def test_differences_are_told_in_words():
    old = registry.complete(Configuration("harmonic"))
    new = registry.complete(parse("harmonic(waves=5,level_half_life=14)"))
    assert differences(old, old) == ()
    assert differences(old, new) == (
        "level_half_life 14 instead of 20",
        "waves 5 instead of 3",
    )
    assert differences(old, Configuration("ets")) == ("model ets instead of harmonic",)


@pytest.mark.parametrize(
    "spec",
    ["profile(level_days=14)", "harmonic(level_half_life=5)", "prophet(level_half_life=5)"],
)
def test_a_shorter_memory_follows_a_busier_month_further(invent, spec):
    calm = invent(300, step="day")
    values = calm.counts.copy()
    values.iloc[-28:] *= 2
    busy = type(calm)("here", "all", calm.time_zone, "day", values)
    usual = calm.counts.mean()

    def expected(name: str) -> float:
        outlook = registry.build(name).fit(busy, CALENDAR).outlook(7, busy)
        return float(np.mean(outlook.rates)) / usual

    assert expected(spec) < 2.1
    assert expected(spec) > expected(parse(spec).model) + 0.1


def test_an_ensemble_takes_members_with_parameters_of_their_own(invent):
    series = invent(120, step="day")
    spec = "ensemble(members=harmonic(level_half_life=5.0,waves=2)+ets)"
    fitted = registry.build(spec).fit(series, CALENDAR)
    assert [one.name.split("@")[0] for one in fitted.learned.members] == ["harmonic", "ets"]
    assert fitted.learned.members[0].learned.level_half_life == 5.0
    assert registry.label(spec) == fitted.name


def test_a_model_without_rates_cannot_be_averaged(invent):
    with pytest.raises(ForecastError, match="'seasonal-naive' gives no rates"):
        registry.build("ensemble(members=seasonal-naive+ets)").fit(invent(60), CALENDAR)


def test_parameters_are_read_from_the_fields_of_the_model():
    assert [one.name for one in declared(Profile)] == ["shape_days", "level_days"]
    assert configuration.KEYS == ("model", "parameters")
    with pytest.raises(ForecastError, match="'level_days' of 'profile' is 2"):
        Profile(level_days=2)


ENDS = [
    (name, parameter.name, parameter.at(place))
    for name in ("profile", "harmonic", "ets")
    for parameter in registry.parameters(name)
    for place in (0.0, 1.0)
]


@pytest.mark.parametrize(("name", "parameter", "value"), ENDS)
def test_a_model_keeps_its_head_at_either_end_of_each_parameter(invent, name, parameter, value):
    series = invent(430, step="day", level=6.0)
    fitted = registry.build(name, **{parameter: value}).fit(series, CALENDAR)
    rates = fitted.outlook(28, series).rates
    assert np.isfinite(rates).all()
    assert rates.mean() == pytest.approx(series.counts.mean(), rel=0.25)
