"""The huddle sheet as HTML: one A4 page, styles and drawing inside, nothing fetched."""

from html import escape
from pathlib import Path

import pandas as pd

from dashboard.service.alerts import largest
from dashboard.service.briefing import Briefing
from dashboard.service.question import Answer
from dashboard.service.situation import Situation
from dashboard.settings_alerts import AlertSettings
from dashboard.sheet.curve import curve
from dashboard.theme import EVEN, LIGHT, SHORT, SPARE
from dashboard.wording import alerts, notices, sheet, times, today
from data import locale

STYLE = Path(__file__).with_name("style.css")
MOST_WARNINGS = 4
STEPS_LONGEST, STATE_LONGEST = 160, 80
COLOURS = ("background", "text", "muted", "short", "normal", "watch", "surge")


def page(found: Situation, book: AlertSettings) -> str:
    """The sheet of a moment. book: what to do about warnings."""
    briefing = found.briefing
    zone, site = briefing.answer.forecast.time_zone, briefing.answer.question.site
    state, rule = today.worst(found), alerts.rule(found.rule, zone, site=site).replace("`", "")
    body = [
        f"<header><h1>{escape(site)}</h1><p>{escape(sheet.when(found))}<br>"
        f"{escape(sheet.source(briefing.answer))}</p></header>",
        _stale(found),
        f'<div class="verdict {state}">{_bold(today.verdict(found))}</div>',
        _section(sheet.WINDOWS, _windows(found)),
        _section(sheet.arrivals(briefing), curve(briefing, today.fan_alt(found, 24)), sheet.LEGEND),
        _section(sheet.WHY, _lines(today.drivers(found))),
        _section(today.STAFF, *_gap(briefing)),
        _section(today.WHAT_TO_DO, _todo(found, book)),
        f'<section class="rest"><h2>{sheet.NOTES}</h2><div class="notes"></div></section>',
        f"<footer>{escape(rule)} {sheet.HOW_TO_READ}</footer>",
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(sheet.title(found))}</title>"
        f"<style>{_colours()}{STYLE.read_text(encoding='utf-8')}</style></head>"
        f"<body>{''.join(body)}</body></html>\n"
    )


def _colours() -> str:
    """The palette of paper as names that the style sheet uses."""
    return f":root{{{''.join(f'--{name}:{getattr(LIGHT, name)};' for name in COLOURS)}}}"


def _stale(found: Situation) -> str:
    answer = found.briefing.answer
    warning = notices.warning(answer, found.briefing.now).replace("  \n", " ").replace("**", "")
    if found.briefing.outdated:
        warning = f"{warning} {notices.outdated(answer)}".strip()
    return f'<div class="stale">▲ {escape(warning)}</div>' if warning else ""


def _section(title: str, content: str, note: str = "") -> str:
    if not content:
        return ""
    below = f"<p>{escape(note)}</p>" if note else ""
    return f"<section><h2>{escape(title)}</h2>{content}{below}</section>"


def _windows(found: Situation) -> str:
    rows = [
        f'<tr><th scope="row">{escape(row[0])}</th><td>{escape(row[1])}</td>'
        f'<td class="big">{escape(row[2])}</td>'
        + "".join(f"<td>{_bold(cell)}</td>" for cell in row[3:])
        + "</tr>"
        for row in sheet.windows(found)
    ]
    own = "".join(f"<p>{_bold(line)}</p>" for line in sheet.overrides(found))
    return _table(sheet.columns(found), rows, "windows") + own


def _gap(briefing: Briefing) -> tuple[str, str]:
    """The strip of gaps and what its signs mean; why there is none, where there is none."""
    gap, zone = briefing.hourly_gap, briefing.answer.forecast.time_zone
    if gap is None:
        return f"<p>{escape(notices.no_staffing(briefing.answer))}</p>", ""
    hours = [_hour(pd.Timestamp(at), zone) for at in gap.index]
    rows = [
        f'<tr><th scope="row">{escape(str(role).capitalize())}</th>'
        + "".join(_cell(value) for value in gap[role])
        + "</tr>"
        for role in gap.columns
    ]
    return _table([sheet.FROM, *hours], rows, "gap"), today.gap_help(briefing)


def _hour(moment: pd.Timestamp, zone: str) -> str:
    said = times.clock_time(moment, zone)
    short = locale.roster_hour(moment.tz_convert(zone).hour)
    return short if "(" not in said else f"{short} {times.offset(moment, zone)[3:]}"


def _cell(value: float) -> str:
    if value != value:
        return "<td>?</td>"
    heads = int(value)
    if heads < 0:
        return f'<td class="short">{SHORT}{-heads}</td>'
    return f"<td>{SPARE}{heads}</td>" if heads else f"<td>{EVEN}</td>"


def _todo(found: Situation, book: AlertSettings) -> str:
    zone = found.briefing.answer.forecast.time_zone
    if not found.alerts:
        return f"<p>{escape(today.nothing_to_do(found.briefing))}</p>"
    shown, rest = largest(found.alerts, MOST_WARNINGS)
    rows = []
    for alert in shown:
        steps = escape(sheet.shorten("; ".join(alerts.todo(alert, zone, book)), STEPS_LONGEST))
        state = escape(sheet.shorten(alerts.state(alert, zone), STATE_LONGEST)) or sheet.OPEN
        rows.append(
            f"<tr><td>☐</td><td>{_bold(alerts.headline(alert, zone))}<br>{steps}</td>"
            f"<td>{state}</td></tr>"
        )
    more = f"<p>{escape(sheet.more(len(rest)))}</p>" if rest else ""
    return _table([], rows, "tick") + more


def _table(columns: list[str], rows: list[str], kind: str = "") -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    top = f"<thead><tr>{head}</tr></thead>" if head else ""
    return f'<table class="{kind}">{top}<tbody>{"".join(rows)}</tbody></table>'


def _lines(text: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in text.split("\n\n") if line)


def _bold(text: str) -> str:
    """Words with **bold** parts as HTML, everything else harmless."""
    pieces = escape(text).split("**")
    return "".join(f"<b>{one}</b>" if at % 2 else one for at, one in enumerate(pieces))


def file_name(answer: Answer, now: pd.Timestamp) -> str:
    """Such as huddle_Demo-General_2026-03-02_0700.html."""
    safe = "".join(letter if letter.isalnum() else "-" for letter in answer.question.site)
    at = now.tz_convert(answer.forecast.time_zone)
    return f"huddle_{safe}_{at:%Y-%m-%d_%H%M}.html"
