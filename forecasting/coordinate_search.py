"""Coordinate search: one parameter at a time, up or else down, in steps that grow smaller.

Slow where parameters depend on one another, and right for a dozen trials that each cost seconds:
every trial can be read by a person, and the order of trials does not hang on chance.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from forecasting.configuration import Configuration, differences
from forecasting.parameters import Parameter

# Steps as shares of a parameter's range; places closer than SAME are not told apart.
FIRST_STEP, LAST_STEP = 0.2, 0.05
SAME = 0.01


class Search:
    """Keeps what helps, and halves the steps where nothing does."""

    def __init__(self, known: Sequence[Parameter], start: Configuration) -> None:
        self._known, self._best, self._loss = known, start, np.inf
        self._seen = [self._places(start)]

    def candidates(self) -> Iterator[tuple[Configuration, str]]:
        """Configurations to try and what each changes; `learn` must be told each loss."""
        yield self._best, ""
        step = FIRST_STEP
        while step >= LAST_STEP:
            before = self._loss
            for parameter in self._known:
                for way in (step, -step):
                    best = self._best
                    value = best.values[parameter.name]
                    moved = best.values | {parameter.name: parameter.moved(value, way)}
                    new = Configuration.of(best.model, moved)
                    if self._was_tried(new):
                        continue
                    self._seen.append(self._places(new))
                    yield new, differences(best, new)[0]
                    if self._best is new:
                        break
            if self._loss == before:
                step /= 2

    def learn(self, configuration: Configuration, loss: float) -> None:
        """Take over a configuration that is better than the best so far."""
        if loss < self._loss:
            self._best, self._loss = configuration, loss

    def _places(self, configuration: Configuration) -> npt.NDArray[np.float64]:
        values = configuration.values
        return np.array([one.place(values[one.name]) for one in self._known])

    def _was_tried(self, configuration: Configuration) -> bool:
        here = self._places(configuration)
        return any(float(np.abs(here - there).max()) < SAME for there in self._seen)
