"""Groups of patients and how well they are served, in words."""

from forecasting.fairness import Fairness, Worse


def patients(stream: str) -> str:
    """A group of patients as the subject of a sentence.

    >>> [patients(s) for s in ("age_band=80+", "acuity=2", "mode=ambulance", "admitted=no")]
    ['patients aged 80+', 'patients of acuity 2', 'patients arriving by ambulance', \
'patients not admitted']
    """
    kind, _, value = stream.partition("=")
    if kind == "admitted":
        return "patients admitted" if value == "yes" else "patients not admitted"
    shown = {"age_band": "aged", "acuity": "of acuity", "mode": "arriving by", "site": "of"}
    return f"patients {shown.get(kind, kind)} {value}"


def verdict(found: Fairness) -> str:
    """What a comparison of all groups says, in one paragraph."""
    weeks = "1 past week" if found.origins == 1 else f"{found.origins} past weeks"
    compared = f"{len(found.groups)} groups were compared on {weeks}."
    if found.left_out:
        few = ", ".join(patients(stream) for stream in found.left_out)
        compared += f" Too few to compare: {few}."
    if found.groups["bias_low"].isna().all():
        return f"{compared} Nobody is judged yet: eight weeks are needed to tell from chance."
    if not found.worse:
        return f"{compared} No group is served worse than the others beyond chance."
    return " ".join([compared, *(worse(one) for one in found.worse)])


def worse(found: Worse) -> str:
    """What is worse for a group, by how much, and what to do.

    >>> worse(Worse("age_band=80+", "bias", -0.09, -0.13, -0.05, -0.01))
    'Patients aged 80+ were under-forecast by 9 % (5 to 13), the others by 1 %: expect more of \
them than is shown, and look for what changed for them.'
    """
    who = patients(found.stream)
    if found.measure == "bias":
        return f"P{who[1:]} were {_bias(found)}, and look for what changed for them."
    if found.measure == "width":
        side = "narrow" if found.value < 0.8 else "wide"
        plan = "more" if found.value < 0.8 else "less"
        return (
            f"The likely range of {who} held {_percent(found.value)} % of days "
            f"({_percent(found.low)} to {_percent(found.high)}, bias taken off) where 80 % should, "
            f"that of the others {_percent(found.others)} %: too {side}, so allow for {plan} "
            "spread than it says."
        )
    return (
        f"Errors of forecasts of {who} are {_percent(found.value)} % of those of repeating last "
        f"week ({_percent(found.low)} to {_percent(found.high)}), for the others "
        f"{_percent(found.others)} %: rely on them less, and try other models with a backtest."
    )


def _bias(found: Worse) -> str:
    side, expect = ("under", "more") if found.value < 0 else ("over", "fewer")
    sign = 1 if found.value > 0 else -1
    low, high = sorted((sign * found.low, sign * found.high))
    if _percent(found.others) == "0":
        others = "the others by 0 %"
    elif (found.others < 0) == (found.value < 0):
        others = f"the others by {_percent(abs(found.others))} %"
    else:
        other_side = "over" if side == "under" else "under"
        others = f"the others {other_side}-forecast by {_percent(abs(found.others))} %"
    return (
        f"{side}-forecast by {_percent(abs(found.value))} % ({_percent(low)} to {_percent(high)}), "
        f"{others}: expect {expect} of them than is shown"
    )


def _percent(share: float) -> str:
    text = f"{100 * share:.0f}"
    return "0" if text == "-0" else text
