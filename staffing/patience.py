"""How long patients wait before they leave unseen: by acuity, or as measured bands."""

import math
from dataclasses import dataclass

from staffing.errors import StaffingError

Band = tuple[float, float, float]


@dataclass(frozen=True)
class Patience:
    """Minutes that a patient waits before leaving unseen.

    mean_minutes: mean by acuity 1 to 5, exponential; infinite = never leaves. bands: (share,
    from, to) in minutes, the same for every acuity, spread evenly within a band; the share that
    no band holds waits without limit. Where bands are given they stand in place of the means.
    source: where the numbers come from, shown beside them.
    """

    mean_minutes: tuple[float, ...] = (math.inf,) * 5
    bands: tuple[Band, ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        means = tuple(float(value) for value in self.mean_minutes)
        if len(means) != 5 or not all(value > 0 for value in means):
            raise StaffingError(
                f"Patience is {list(means)} minutes: give five means above 0, for acuity 1 to 5."
            )
        bands = tuple((float(a), float(b), float(c)) for a, b, c in self.bands)
        for share, low, high in bands:
            if not (0 < share <= 1 and 0 <= low < high < math.inf):
                raise StaffingError(
                    f"Patience band {[share, low, high]}: give a share of patients, then minutes "
                    "from and to, as [0.51, 0, 120]."
                )
        total = sum(band[0] for band in bands)
        if total > 1 + 1e-9:
            raise StaffingError(f"The shares of the patience bands add up to {total:g}: above 1.")
        object.__setattr__(self, "mean_minutes", means)
        object.__setattr__(self, "bands", bands)

    @property
    def endless(self) -> bool:
        """Whether nobody ever leaves unseen."""
        return not self.bands and all(math.isinf(value) for value in self.mean_minutes)


NEVER_LEAVE = Patience(source="Nobody leaves unseen.")
SURVEY = Patience(
    bands=((0.51, 0.0, 120.0), (0.17, 120.0, 480.0)),
    source="Asked in a waiting room (n = 340): 51 % wait up to 2 hours, 17 % up to 8, 32 % without "
    "limit. Recheck against the share that leaves unseen at your site.",
)
