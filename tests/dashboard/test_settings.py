"""edinflow.toml: what it may say, and what it is told when it says something else."""

from pathlib import Path

import pytest

from dashboard import settings
from dashboard.settings import Settings, SettingsError
from staffing.department import default_department


def written(folder: Path, text: str) -> Path:
    path = folder / "edinflow.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        settings.load(written(folder, text))
    return str(caught.value)


def test_without_a_file_the_defaults_hold(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    loaded = settings.load()
    assert loaded.source is None
    assert loaded.store == tmp_path / "var" / "edinflow.duckdb"
    assert loaded.department == default_department()


def test_the_file_of_the_current_folder_is_found(tmp_path, monkeypatch):
    written(tmp_path, '[[site]]\nname = "Mercy"\ntime_zone = "America/Chicago"\n')
    monkeypatch.chdir(tmp_path)
    assert [site.name for site in settings.load().sites] == ["Mercy"]


def test_the_template_says_exactly_the_defaults():
    loaded = settings.load(settings.TEMPLATE)
    usual = Settings(store=Path())
    assert loaded.department == usual.department
    assert loaded.forecast == usual.forecast
    assert loaded.huddles == usual.huddles


def test_a_store_path_counts_from_the_folder_of_the_file(tmp_path):
    loaded = settings.load(written(tmp_path, '[store]\npath = "db/counts.duckdb"\n'))
    assert loaded.store == tmp_path / "db" / "counts.duckdb"


def test_an_unknown_setting_is_refused_with_the_nearest_name(tmp_path):
    said = refusal(tmp_path, "[forecast]\nhorizon_day = 28\n")
    assert "edinflow.toml" in said
    assert "'forecast.horizon_day'" in said
    assert "'horizon_days'" in said


def test_an_unknown_table_is_refused(tmp_path):
    assert "'departement'" in refusal(tmp_path, '[departement]\nname = "ED"\n')


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[forecast]\ndraws = "many"\n', "forecast.draws"),
        ("[forecast]\ndraws = true\n", "forecast.draws"),
        ("[forecast]\ndraws = 5\n", "forecast.draws"),
        ("[store]\npath = 3\n", "store.path"),
        ('[[site]]\ntime_zone = "Europe/London"\n', "site[1].name"),
        ('site = "Mercy"\n', "site"),
        ('[huddle]\ntimes = ["7 am"]\n', "huddle.times"),
        ("[department]\nacuity_mix = [0.5, 0.5]\n", "department.acuity_mix"),
        ('[[department.role]]\nname = "nurse"\nminutes = 12\n', "department.role[1].minutes"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named_with_its_place(tmp_path, text, key):
    said = refusal(tmp_path, text)
    assert f"'{key}'" in said
    assert said.startswith("edinflow.toml")


def test_an_unknown_time_zone_is_refused_with_the_nearest_one(tmp_path):
    said = refusal(tmp_path, '[[site]]\nname = "A"\ntime_zone = "Europe/Lundon"\n')
    assert "Europe/London" in said


def test_two_sites_of_one_name_are_refused(tmp_path):
    site = '[[site]]\nname = "A"\ntime_zone = "Europe/London"\n'
    assert "two sites" in refusal(tmp_path, site + site)


def test_a_shift_that_cannot_be_is_refused_with_its_place(tmp_path):
    said = refusal(tmp_path, '[[department.shift]]\ncode = "E"\nstart = "25:00"\nhours = 8\n')
    assert "department.shift[1]" in said
    assert "25:00" in said


def test_a_file_that_is_not_toml_is_one_sentence(tmp_path):
    assert "cannot be read" in refusal(tmp_path, "this is not toml")


def test_a_missing_file_says_how_to_get_one(tmp_path):
    with pytest.raises(SettingsError, match="edinflow init"):
        settings.load(tmp_path / "nowhere.toml")


def test_the_fingerprint_follows_the_meaning_and_not_the_writing(tmp_path):
    plain = settings.load(written(tmp_path, "[forecast]\nseed = 7\ndraws = 500\n")).hash
    again = settings.load(written(tmp_path, "# note\n[forecast]\ndraws=500\nseed=7\n")).hash
    other = settings.load(written(tmp_path, "[forecast]\nseed = 8\ndraws = 500\n")).hash
    assert plain == again != other
