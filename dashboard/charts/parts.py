"""What moves a day away from its usual weekday: a bar per cause, to the right more, left fewer."""

from datetime import date
from textwrap import wrap

import plotly.graph_objects as go

from dashboard.charts import axis
from dashboard.theme import Palette
from dashboard.wording import parts as words
from forecasting.explain import Parts

ROW, FRAME = 34, 70
NAME_WIDTH = 18


def parts_of_day(parts: Parts, day: date, palette: Palette) -> go.Figure | None:
    """Patients that each cause adds to the day or takes from it; None where there is no cause."""
    causes = words.causes(parts, day)
    if causes.empty:
        return None
    rows = ["<br>".join(wrap(str(name), NAME_WIDTH)) for name in causes.index] + [words.TOGETHER]
    values = [*causes, causes.sum()]
    made = axis.figure(palette, height=FRAME + ROW * len(rows), legend=False)
    colours = [palette.expected if value > 0 else palette.muted for value in causes]
    made.add_trace(
        go.Bar(
            x=values,
            y=rows,
            orientation="h",
            width=0.62,
            marker={
                "color": [*colours, palette.faded(palette.text, 0.0)],
                "line": {"color": [*colours, palette.text], "width": 1.5},
            },
            text=words.tenths(causes),
            textposition="outside",
            cliponaxis=False,
            textfont={"color": palette.text, "size": 13},
            hovertemplate="%{y}: %{x:+.1f} patients<extra></extra>",
        )
    )
    widest = max(abs(value) for value in values)
    below, above = min(*values, 0.0), max(*values, 0.0)
    made.update_xaxes(
        title_text=f"patients against {words.usual_day(parts, day)}",
        range=[below - 0.25 * widest * (below < 0), above + 0.25 * widest * (above > 0)],
        showgrid=True,
        zeroline=True,
        zerolinecolor=palette.text,
        zerolinewidth=1.5,
    )
    made.update_yaxes(autorange="reversed", showgrid=False, rangemode="normal")
    return made
