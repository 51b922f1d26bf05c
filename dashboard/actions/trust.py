"""What the page Method & trust may do: have the groups of patients compared."""

from dashboard import cache
from dashboard.service import lab_worker
from dashboard.service.group_check import TITLE, GroupCheck

__all__ = ["compare_groups"]


def compare_groups(site: str) -> int:
    """Compare the groups of a site in the background; returns the job's number."""
    return lab_worker.start(cache.settings(), GroupCheck(site), TITLE)
