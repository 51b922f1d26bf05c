"""How far ahead: `28d`, `48h`, `6w` → steps from an origin on a site's clock."""

import re
from dataclasses import dataclass

import pandas as pd

from dashboard.service.errors import ServiceError
from data import clock
from data.clock import Step

LONGEST_DAYS = 366


@dataclass(frozen=True)
class Span:
    """A length of time. hours are elapsed; days are local ones, of 23 to 25 hours."""

    count: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> "Span":
        """Read `28d`, `48h` or `6w`; raises ServiceError for anything else.

        >>> Span.parse("6w")
        Span(count=42, unit='d')
        """
        found = re.fullmatch(r"\s*(\d{1,5})\s*([hdw])\s*", text)
        if not found or int(found[1]) == 0:
            raise ServiceError(f"Cannot read the length {text!r}: write 28d, 48h or 6w.")
        count, unit = int(found[1]), found[2]
        if unit == "w":
            count, unit = count * 7, "d"
        if (count if unit == "d" else count / 24) > LONGEST_DAYS:
            raise ServiceError(f"The length {text!r} is more than {LONGEST_DAYS} days: shorten it.")
        return cls(count, unit)

    def after(self, start: pd.Timestamp, time_zone: str, times: int = 1) -> pd.Timestamp:
        """The instant (UTC) `times` such lengths after `start`; days keep the wall-clock time."""
        if self.unit == "h":
            return start + times * pd.Timedelta(hours=self.count)
        return clock.days_after(start, times * self.count, time_zone)

    def steps(self, origin: pd.Timestamp, step: Step, time_zone: str) -> int:
        """How many steps of that kind lie in it from `origin` on; at least one."""
        if step == "day" and self.unit == "h" and self.count % 24:
            raise ServiceError(
                f"A length of {self.count} hours is not whole days, and the data is by the day: "
                "write it in days, such as 28d."
            )
        if step == "day":
            return self.count if self.unit == "d" else self.count // 24
        stop = self.after(origin, time_zone)
        return max(len(clock.steps_between(origin, stop, step, time_zone)), 1)
