"""Other programs pull files: with a token, in words that say what was wrong, nothing by guess."""

import csv
import io
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pandas as pd
import pytest

from dashboard import api, settings
from dashboard.service import access, jobs, plans, vitals
from tests.dashboard.conftest import ORDER

ROOT = Path(__file__).resolve().parents[2]
SITE = "Riverside General"
LONG, EXPECTED, HEALTH = "/api/v1/staffing.csv", "/api/v1/forecast.csv", "/api/health"


@pytest.fixture(scope="module")
def token(fresh_ward) -> str:
    return access.make(fresh_ward.settings, "module", pd.Timestamp.now("UTC"))


@pytest.fixture
def pull(fresh_ward, token):
    """Asks the door as a program would, with a good token unless told otherwise."""

    def asks(path: str, authorization: str | None = f"Bearer {token}", **query: str):
        return api.respond(
            path,
            [(name.rstrip("_"), value) for name, value in query.items()],
            authorization,
            lambda: settings.load(fresh_ward.config),
            pd.Timestamp.now("UTC"),
        )

    return asks


def error(reply: api.Reply) -> str:
    said = json.loads(reply.body)
    assert said["status"] == reply.status
    return said["error"]


def rows(reply: api.Reply) -> list[dict[str, str]]:
    assert reply.status == 200, reply.body
    return list(csv.DictReader(io.StringIO(reply.body.decode())))


def test_without_a_token_nothing_is_told(pull):
    for path in (LONG, EXPECTED, HEALTH, "/api/elsewhere"):
        reply = pull(path, authorization=None)
        assert reply.status == 401
        assert "Authorization: Bearer" in error(reply)
        assert "WWW-Authenticate" in reply.headers


@pytest.mark.parametrize("said", ["Bearer no", "Basic abc", "Bearer ", "bearer"])
def test_a_wrong_token_opens_nothing(pull, said):
    assert pull(LONG, authorization=said).status == 401


def test_a_token_that_was_taken_back_opens_nothing(pull, fresh_ward):
    word = access.make(fresh_ward.settings, "short-lived", pd.Timestamp.now("UTC"))
    assert pull(HEALTH, authorization=f"Bearer {word}").status == 200
    access.revoke(fresh_ward.settings, "short-lived")
    assert pull(HEALTH, authorization=f"Bearer {word}").status == 401


def test_the_long_form_holds_the_days_asked_for_and_no_other(pull, fresh_ward):
    tomorrow = (fresh_ward.until.tz_convert("America/Chicago") + pd.Timedelta(days=1)).date()
    found = rows(pull(LONG, site=SITE, from_=str(tomorrow), to=str(tomorrow)))
    assert {row["start_local"][:10] for row in found} == {str(tomorrow)}
    assert len(found) == 3 * 48
    assert {row["site"] for row in found} == {SITE}
    everything = rows(pull(LONG))
    assert [row for row in everything if row["start_local"].startswith(str(tomorrow))] == found


def test_the_shift_form_is_a_profile(pull):
    found = rows(pull(LONG, profile="generic-shift"))
    assert {"shift", "heads", "paid_hours"} <= set(found[0])


def test_the_forecast_is_cut_to_its_days_and_stays_the_same(pull, fresh_ward):
    tomorrow = (fresh_ward.until.tz_convert("America/Chicago") + pd.Timedelta(days=1)).date()
    part = rows(pull(EXPECTED, from_=str(tomorrow), to=str(tomorrow)))
    assert len(part) in (23, 24, 25)
    assert all(row in rows(pull(EXPECTED)) for row in part)
    assert part[0]["q10"] <= part[0]["q90"] or int(part[0]["q10"]) <= int(part[0]["q90"])


def test_the_file_is_named_for_site_and_days(pull):
    name = pull(LONG).headers["Content-Disposition"]
    assert "staffing_Riverside-General_20" in name
    assert name.endswith('_proposal.csv"')


def test_a_proposal_cannot_be_taken_for_a_version_that_somebody_kept(pull):
    for profile in ("generic-long", "generic-shift"):
        found = rows(pull(LONG, profile=profile))
        assert {(row["status"], row["plan_version"]) for row in found} == {("proposed", "0")}


@pytest.mark.parametrize("days", [("0001-01-01", "9999-12-31"), ("1677-01-01", "2262-04-12")])
def test_days_beyond_any_calendar_are_no_fault(pull, days):
    for path in (LONG, EXPECTED):
        assert rows(pull(path, from_=days[0], to=days[1])) == rows(pull(path))
        assert "Nothing is known of these days" in error(pull(path, from_=days[1]))


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ({"site": "Nowhere"}, 404, "Riverside General"),
        ({"profile": "excel"}, 422, "excel-de"),
        ({"version": "x"}, 422, "whole number"),
        ({"version": "7"}, 404, "no version"),
        ({"form": "2026-03-01"}, 422, "did you mean 'from'"),
        ({"from_": "01.03.2026"}, 422, "2026-03-31"),
        ({"from_": "2026-02-30"}, 422, "2026-03-31"),
        ({"from_": "2026-03-02", "to": "2026-03-01"}, 422, "exchange"),
        ({"to": "2001-01-01"}, 404, "goes from 20"),
        ({"site": ""}, 422, "empty"),
    ],
)
def test_a_request_that_gets_no_file_is_told_why(pull, query, status, words):
    reply = pull(LONG, **query)
    assert reply.status == status
    assert words in error(reply)


def test_a_parameter_that_comes_twice_is_refused(fresh_ward, token):
    reply = api.respond(
        LONG, [("site", SITE), ("site", "x")], f"Bearer {token}",
        lambda: fresh_ward.settings, pd.Timestamp.now("UTC"),
    )  # fmt: skip
    assert reply.status == 422


def test_another_path_names_those_there_are(pull):
    reply = pull("/api/v1/staff")
    assert reply.status == 404
    assert LONG in error(reply)


def test_arrivals_by_the_day_have_no_staffing_to_pull(daily_ward):
    word = access.make(daily_ward.settings, "daily", pd.Timestamp.now("UTC"))
    reply = api.respond(
        LONG, [], f"Bearer {word}", lambda: daily_ward.settings, pd.Timestamp.now("UTC")
    )
    assert reply.status == 404
    assert "by the day" in error(reply)


def test_health_tells_age_model_and_version(pull):
    said = json.loads(pull(HEALTH).body)
    assert said["status"] == "ok"
    [site] = said["sites"]
    assert 0 <= site["data_age_minutes"] <= 61 * 2
    assert site["last_forecast"]["model"] == "profile"
    assert site["last_forecast"]["knows_newest_data"] is True
    assert said["version"]


def test_health_calls_old_data_late(stale_ward):
    word = access.make(stale_ward.settings, "stale", pd.Timestamp.now("UTC"))
    reply = api.respond(
        HEALTH, [], f"Bearer {word}", lambda: stale_ward.settings, pd.Timestamp.now("UTC")
    )
    assert json.loads(reply.body)["status"] == "late"


def test_health_calls_a_forecast_that_has_run_out_late(new_ward):
    """Data comes in, but nobody has forecast for longer than a forecast reaches."""
    ward = new_ward()
    ward.forecast()
    now = ward.until + pd.Timedelta(hours=1)
    assert vitals.vitals(ward.settings, now)["status"] == "ok"
    as_of = ward.until - pd.Timedelta(days=10, hours=1)
    made = jobs.make_forecast(ward.settings, SITE, order=ORDER, as_of=as_of)[0].forecast
    assert made.index[-1] < now
    said = vitals.vitals(ward.settings, now)
    assert (said["status"], said["sites"][0]["forecast_has_run_out"]) == ("late", True)
    assert said["sites"][0]["data_is_late"] is False


def test_a_broken_settings_file_is_said_and_not_a_traceback(tmp_path):
    broken = tmp_path / "edinflow.toml"
    broken.write_text("[stor]\n", encoding="utf-8")
    reply = api.respond(
        HEALTH, [], "Bearer x", lambda: settings.load(broken), pd.Timestamp.now("UTC")
    )
    assert reply.status == 503
    assert "store" in error(reply)


def test_a_real_process_serves_pages_and_files(fresh_ward, token, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "dashboard.web", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--config", str(fresh_ward.config)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    address = f"http://127.0.0.1:{port}"
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=tmp_path, stdout=log, stderr=log, env=environment)
    try:
        for _ in range(240):
            assert server.poll() is None, (tmp_path / "log").read_text()
            try:
                with urlopen(f"{address}/_stcore/health", timeout=2):
                    break
            except OSError:  # refused, or too busy to answer yet
                time.sleep(0.25)
        with urlopen(f"{address}/", timeout=60) as page:
            assert b"<title>" in page.read()
            assert "img-src 'self'" in page.headers["Content-Security-Policy"]
        query = urlencode({"site": SITE, "profile": "generic-long"})
        asked = Request(f"{address}{LONG}?{query}", headers={"Authorization": f"Bearer {token}"})
        with urlopen(asked, timeout=60) as reply:
            assert reply.headers["Content-Type"].startswith("text/csv")
            assert reply.headers["Cache-Control"] == "no-store"
            assert reply.read().startswith(b"plan_id,")
        with pytest.raises(HTTPError) as refused:
            urlopen(f"{address}{LONG}", timeout=60)
        with refused.value as reply:
            assert reply.code == 401
            assert "token" in json.loads(reply.read())["error"]
        with pytest.raises(HTTPError) as wrong:
            urlopen(Request(f"{address}{LONG}", method="POST"), timeout=60)
        with wrong.value as reply:
            assert reply.code == 405
    finally:
        server.terminate()
        server.wait(timeout=20)


def test_pages_are_loaded_before_the_server_answers_and_spared_by_later_clean_ups():
    script = (
        "import asyncio, gc, sys\n"
        "from dashboard import web\n"
        "async def begin():\n"
        "    async with web._ready(None):\n"
        "        assert 'dashboard.views.today' in sys.modules\n"
        "        print(gc.get_freeze_count())\n"
        "asyncio.run(begin())\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert int(done.stdout) > 100_000


def test_the_version_that_counts_is_pulled_in_any_profile(new_ward):
    ward = new_ward(days=70)
    ward.forecast()
    now = pd.Timestamp.now("UTC")
    word = access.make(ward.settings, "rota", now)

    def asks(**query: str):
        return api.respond(LONG, list(query.items()), f"Bearer {word}", lambda: ward.settings, now)

    assert {row["status"] for row in rows(asks())} == {"proposed"}
    number = plans.draft(ward.settings, SITE, now=now)
    plans.lock(ward.settings, SITE, number, "agreed", now=now)
    plans.draft(ward.settings, SITE, now=now)
    long = rows(asks())
    assert {row["status"] for row in long} == {"locked"}
    assert {row["plan_version"] for row in long} == {str(number)}
    assert f'_v{number}.csv"' in asks().headers["Content-Disposition"]
    quarter = rows(asks(profile="interval-15min"))
    assert len(quarter) == 2 * len(long)
    newer = rows(asks(version=str(number + 1)))
    assert {row["status"] for row in newer} == {"draft"}
