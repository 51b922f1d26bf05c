"""The compiled loops: draw patients, and let them queue for staff who come and go.

The only file that knows numba; it is imported when something is simulated, never before. Times
are minutes after one fixed instant. The first run on a machine compiles for a few seconds and
keeps the result beside this file, or in numba's cache folder where that cannot be written.
"""

import numba
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Wholes = npt.NDArray[np.int64]
Places = npt.NDArray[np.int8]

ARRIVED, SEEN, LEFT, UNSERVED, WAIT_ALL, WAIT_SEEN, BUSY, OVERTIME = range(8)
FIXED = 8


@numba.njit(cache=True)
def scatter(
    rng: np.random.Generator,
    counts: npt.NDArray[np.int32],
    step_minutes: float,
    mix: Floats,
    log_care: Floats,
    spread: float,
    mean_patience: Floats,
    bands: Floats,
    first: Wholes,
    arrival: Floats,
    acuity: Places,
    care: Floats,
    patience: Floats,
) -> None:
    """Fill in patients: `counts` (steps × weeks) of them, at random within their step, sorted.

    mix: shares added up over acuities. log_care, spread: mean and deviation of the logarithm of
    care minutes. mean_patience: exponential, infinite = never leaves; where bands has rows
    (share added up, from, to), patience is uniform within a band and endless beyond the last.
    first: place of the first patient of each week.
    """
    steps, weeks = counts.shape
    for week in range(weeks):
        at = first[week]
        for step in range(steps):
            begin = at
            for _ in range(counts[step, week]):
                moment = (step + rng.random()) * step_minutes
                place = at
                while place > begin and arrival[place - 1] > moment:
                    arrival[place] = arrival[place - 1]
                    place -= 1
                arrival[place] = moment
                at += 1
        for patient in range(first[week], at):
            share = rng.random()
            kind = 0
            while kind < len(mix) - 1 and share >= mix[kind]:
                kind += 1
            acuity[patient] = kind
            if spread > 0:
                care[patient] = np.exp(log_care[kind] + spread * rng.standard_normal())
            elif spread == 0:
                care[patient] = np.exp(log_care[kind])
            else:
                care[patient] = np.exp(log_care[kind]) * rng.standard_exponential()
            limit = np.inf
            if len(bands) > 0:
                share = rng.random()
                for band in range(len(bands)):
                    if share < bands[band, 0]:
                        limit = bands[band, 1] + rng.random() * (bands[band, 2] - bands[band, 1])
                        break
            else:
                limit = mean_patience[kind] * rng.standard_exponential()
            patience[patient] = limit


@numba.njit(cache=True)
def serve(
    first: Wholes,
    arrival: Floats,
    acuity: Places,
    care: Floats,
    patience: Floats,
    start: Floats,
    pickup_end: Floats,
    break_at: Floats,
    break_length: Floats,
    wait: Floats,
    finish: Floats,
) -> None:
    """Let patients queue, and write how long each waited; staff stand in order of their start.

    Whoever becomes free takes the most urgent patient, among equals the one who came first, and
    finishes with them; nobody picks up from `pickup_end` on. Of several free staff the one free
    for longest goes. A break begins at its time, or when the patient of that time is finished,
    and keeps its length. wait: minutes until care began; −patience − 0 for one who left (a
    negative number, or −0.0); infinite for one whom nobody ever saw. finish: when the last
    patient of each staff member is finished, weeks × staff.
    """
    staff = len(start)
    kinds = 5
    longest = 0
    for week in range(len(first) - 1):
        longest = max(longest, first[week + 1] - first[week])
    line = np.empty((kinds, longest), dtype=np.int64)
    head = np.empty(kinds, dtype=np.int64)
    tail = np.empty(kinds, dtype=np.int64)
    duty = np.empty(staff, dtype=np.int64)
    free = np.empty(staff)
    rested = np.empty(staff, dtype=np.bool_)
    for week in range(len(first) - 1):
        head[:] = 0
        tail[:] = 0
        rested[:] = False
        coming, last = first[week], first[week + 1]
        on_duty, entering, waiting = 0, 0, 0
        now = -np.inf
        finish[week, :] = -np.inf
        while True:
            best, soonest = -1, np.inf
            for place in range(on_duty):
                if free[duty[place]] < soonest:
                    best, soonest = place, free[duty[place]]
            while entering < staff and start[entering] <= soonest:
                duty[on_duty] = entering
                free[entering] = start[entering]
                if start[entering] < soonest:
                    best, soonest = on_duty, start[entering]
                on_duty += 1
                entering += 1
            if best < 0:
                break
            who = duty[best]
            if waiting == 0 and coming == last:
                break
            moment = max(soonest, now if waiting > 0 else arrival[coming])
            if break_length[who] > 0 and not rested[who] and moment >= break_at[who]:
                rested[who] = True
                free[who] = max(soonest, break_at[who]) + break_length[who]
                continue
            if moment >= pickup_end[who]:
                on_duty -= 1
                duty[best] = duty[on_duty]
                continue
            now = moment
            while coming < last and arrival[coming] <= moment:
                kind = acuity[coming]
                line[kind, tail[kind]] = coming
                tail[kind] += 1
                waiting += 1
                coming += 1
            taken = -1
            for kind in range(kinds):
                while head[kind] < tail[kind] and taken < 0:
                    patient = line[kind, head[kind]]
                    head[kind] += 1
                    waiting -= 1
                    if arrival[patient] + patience[patient] <= moment:
                        wait[patient] = -patience[patient]
                    else:
                        taken = patient
                if taken >= 0:
                    break
            if taken >= 0:
                wait[taken] = moment - arrival[taken]
                free[who] = moment + care[taken]
                finish[week, who] = free[who]
        for kind in range(kinds):
            for place in range(head[kind], tail[kind]):
                patient = line[kind, place]
                wait[patient] = np.inf if np.isinf(patience[patient]) else -patience[patient]
        for patient in range(coming, last):
            wait[patient] = np.inf if np.isinf(patience[patient]) else -patience[patient]


@numba.njit(cache=True)
def measure(
    first: Wholes,
    arrival: Floats,
    acuity: Places,
    care: Floats,
    wait: Floats,
    finish: Floats,
    end: Floats,
    target: Floats,
    counted_from: float,
    counted_to: float,
) -> Floats:
    """Sums for each week over the patients who arrive in the counted time: a row per week.

    Columns: ARRIVED … OVERTIME, then those seen within target by acuity, then arrivals by acuity.
    One whom nobody saw waits until the last arrival of the week at least. end: of each shift,
    infinite where nothing after it is overtime; those that end in the counted time count.
    """
    weeks = len(first) - 1
    sums = np.zeros((weeks, FIXED + 10))
    for week in range(weeks):
        row = sums[week]
        last = arrival[first[week + 1] - 1] if first[week + 1] > first[week] else 0.0
        for patient in range(first[week], first[week + 1]):
            came, waited, kind = arrival[patient], wait[patient], acuity[patient]
            seen = waited >= 0 and not np.isinf(waited) and not np.signbit(waited)
            inside = counted_from <= came < counted_to
            if np.isinf(waited):
                waited = max(last - came, 0.0)
                row[UNSERVED] += inside
            elif seen:
                if counted_from <= came + waited < counted_to:
                    row[BUSY] += care[patient]
            else:
                waited = -waited
                row[LEFT] += inside
            if inside:
                row[ARRIVED] += 1
                row[WAIT_ALL] += waited
                row[FIXED + 5 + kind] += 1
                if seen:
                    row[SEEN] += 1
                    row[WAIT_SEEN] += waited
                    row[FIXED + kind] += waited <= target[kind]
        for who in range(len(end)):
            if counted_from < end[who] <= counted_to and finish[week, who] > end[who]:
                row[OVERTIME] += finish[week, who] - end[who]
    return sums
