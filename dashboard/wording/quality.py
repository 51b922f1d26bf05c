"""What the page Data quality says of each check, of findings, of late hours."""

import pandas as pd

from dashboard.wording import amounts, tables, times, trust
from data import locale
from data.checks import QualityReport

CHECKS = {
    "late feed": "Late data",
    "gap": "Gaps",
    "doubtful zeros": "Suspicious zeros",
    "clock change": "Clock changes",
    "odd day": "Outliers",
    "level shift": "Level shift",
    "duplicate rows": "Rows that came twice",
    "refused rows": "Refused rows",
}
ORDER = ("act", "watch", "info")
LATE_HELP = (
    "How many of an hour's patients were known so many hours after its end; forecasts within the "
    "day allow for what is still to come in. It is learned from hours that were loaded again later."
)
NOT_LATE = (
    "Not known yet: it is learned when the same hours are loaded again a day or more later, as a "
    "feed does that repeats its last days."
)
REJECTS = (
    "Files of refused rows hold their cells as they came: that may be anything, even a name or a "
    "number that tells who a patient is. Take them away only to put the source right, keep them to "
    "yourself, and delete them afterwards."
)
REJECTS_WANTED = "I need the refused rows, and may see what patients can be told by"


def checks(report: QualityReport) -> pd.DataFrame:
    """A row per check: its worst finding, and how many there are."""
    rows = []
    for kind, name in CHECKS.items():
        found = report.findings[report.findings["kind"] == kind]
        if found.empty:
            rows.append((name, "✓\u00a0Nothing", "–"))
            continue
        worst = next(one for one in ORDER if (found["severity"] == one).any())
        rows.append((name, trust.SEVERITY[worst], str(len(found))))
    return pd.DataFrame(rows, columns=["Check", "State", "Findings"])


def findings(report: QualityReport, time_zone: str) -> list[str]:
    """Each finding as a paragraph, gravest first: reads well on a narrow screen, too."""
    rank = {name: place for place, name in enumerate(ORDER)}
    rows = sorted(report.findings.to_dict("records"), key=lambda row: rank[row["severity"]])
    return [
        f"**{trust.SEVERITY[row['severity']]} · {CHECKS[row['kind']]} · "
        f"{_when(row['start_utc'], time_zone)}**  \n{row['sentence']} *{row['action']}*"
        for row in rows
    ]


def late(table: pd.DataFrame) -> pd.DataFrame:
    """Share of an hour known so long after it."""
    return pd.DataFrame(
        {
            "Hours after": [str(int(lag)) for lag in table["lag_hours"]],
            "Known by then": [
                "–" if final <= 0 else f"{100 * known / final:.0f}\u00a0%"
                for known, final in zip(table["known"], table["final"], strict=True)
            ],
            "From hours": [amounts.number(hours) for hours in table["hours"]],
        }
    )


def ledger(loads: pd.DataFrame, time_zone: str) -> pd.DataFrame:
    """The ledger of loads, few columns, those first that a phone is to show."""
    return pd.DataFrame(
        {
            "Load": [str(number) for number in loads["load_id"]],
            "File": list(loads["file"]),
            "Rows": [locale.number(number) for number in loads["rows_in"]],
            "Refused": [locale.number(number) for number in loads["rejected"]],
            "When": [tables.kept(_when(at, time_zone)) for at in loads["loaded_at"]],
            "Double": [locale.number(number) for number in loads["duplicate"]],
            "State": list(loads["status"]),
            "Covers": [
                " – ".join(tables.kept(_when(at, time_zone)) for at in span)
                for span in zip(loads["covers_from"], loads["covers_to"], strict=True)
            ],
        }
    )


def _when(moment: pd.Timestamp, time_zone: str) -> str:
    if pd.isna(moment):
        return "–"
    return times.moment(moment, time_zone, year=True)
