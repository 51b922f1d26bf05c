"""A version of a plan: stored frames ⇄ the plan that they stand for."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from dashboard.service.promotion import person
from dashboard.settings import Settings
from data import plans
from data.plans import StoredPlan
from data.store import Store
from staffing import edits
from staffing.department import Target
from staffing.plan import COLUMNS, ShiftPlan
from staffing.requirement import Requirement
from staffing.standards import Standard

NEED = ("heads", "low", "high")


@dataclass(frozen=True, eq=False)
class Version:
    """A version of a plan: what is stored of it, and the plan as it stands after its edits."""

    stored: StoredPlan
    plan: ShiftPlan

    @property
    def site(self) -> str:
        """Whose plan it is."""
        return str(self.stored.about["site"])

    @property
    def number(self) -> int:
        """Counted by site from 1."""
        return int(self.stored.about["version"])

    @property
    def status(self) -> str:
        """Either "draft" or "locked"."""
        return str(self.stored.about["status"])

    @property
    def why_low(self) -> str:
        """Why it was locked below minimum cover; empty where it was not."""
        return str(self.stored.about["lock_below_minimum"] or "")

    def last_edit(self) -> int | None:
        """The newest edit that can be taken back; None where there is none."""
        rows = self.stored.edits
        open_ones = rows[rows["undoes"].isna() & ~rows["undone"]]
        return None if open_ones.empty else int(open_ones["edit"].max())


def keep(
    settings: Settings, plan: ShiftPlan, about: Mapping[str, Any], note: str, now: pd.Timestamp
) -> int:
    """Keep a plan as a new draft and return its number.

    about: made_from (what its shifts are, in words), area, data_version, forecast_id,
    settings_hash.
    """
    need = plan.requirement
    names = ("made_from", "area", "data_version", "forecast_id", "settings_hash")
    whole = {
        **{name: about[name] for name in names},
        "site": need.site,
        "note": note.strip(),
        "who": person(),
        "made_at_utc": now,
        "time_zone": need.time_zone,
        "step_minutes": need.step_minutes,
        "model": need.model,
        "service_level": need.service_level,
        "target_minutes": None if need.target is None else need.target.wait_minutes,
        "target_share": None if need.target is None else need.target.share,
        "standard": None if need.standard is None else json.dumps(asdict(need.standard)),
        "proven_gap": None if math.isinf(plan.proven_gap) else plan.proven_gap,
        "plan_notes": json.dumps(list(plan.notes)),
    }
    needs = [
        pd.DataFrame({name: getattr(need, name)[role].to_numpy() for name in NEED}).assign(
            role=role, place=place, start=need.heads.index
        )
        for place, role in enumerate(need.roles)
    ]
    store = Store.open(settings.store)
    return plans.save(
        store, whole, pd.concat(needs, ignore_index=True), plan.shifts[COLUMNS], plan.breaks
    )


def plan_of(stored: StoredPlan) -> ShiftPlan:
    """The plan that a version stands for, after its edits."""
    about, needs = stored.about, stored.needs
    roles = list(dict.fromkeys(needs["role"]))
    step = pd.Timedelta(minutes=int(about["step_minutes"]))
    rows = {role: needs[needs["role"] == role] for role in roles}
    first = rows[roles[0]]
    index = pd.date_range(first["start"].iloc[0], periods=len(first), freq=step)
    heads, low, high = (
        pd.DataFrame({role: rows[role][name].to_numpy() for role in roles}, index=index)
        for name in NEED
    )
    target, standard = None, None
    if not pd.isna(about["target_minutes"]):
        target = Target(float(about["target_minutes"]), float(about["target_share"]))
    if isinstance(about["standard"], str):
        standard = Standard(**json.loads(about["standard"]))
    need = Requirement(
        site=str(about["site"]),
        time_zone=str(about["time_zone"]),
        model=str(about["model"]),
        service_level=float(about["service_level"]),
        target=target,
        heads=heads,
        low=low,
        high=high,
        step_minutes=int(about["step_minutes"]),
        standard=standard,
    )
    gap = about["proven_gap"]
    edited = not stored.edits.empty or pd.isna(gap)
    breaks = edits.kept_breaks(stored.breaks, stored.shifts)
    notes = tuple(json.loads(about["plan_notes"]))
    return ShiftPlan(need, stored.shifts, math.inf if edited else float(gap), breaks, notes)
