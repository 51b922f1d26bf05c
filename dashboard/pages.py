"""Which pages there are, in which group and order: title, what draws it, address, icon."""

from collections.abc import Callable, Mapping

from dashboard.views import (
    backtests,
    data_quality,
    events,
    forecast_explorer,
    import_data,
    method,
    model_lab,
    network,
    staffing_plan,
    today,
    versions,
    wallboard,
)

Page = tuple[str, Callable[[], None], str, str]
PAGES: Mapping[str, tuple[Page, ...]] = {
    "Operate": (
        ("Today", today.render, "", ":material/today:"),
        ("Network", network.render, "network", ":material/lan:"),
        ("Wallboard", wallboard.render, "wallboard", ":material/tv:"),
    ),
    "Plan": (
        ("Staffing plan", staffing_plan.render, "staffing-plan", ":material/groups:"),
        ("Versions & export", versions.render, "versions", ":material/lock:"),
    ),
    "Analyse": (
        ("Forecast explorer", forecast_explorer.render, "forecast", ":material/query_stats:"),
        ("Model lab", model_lab.render, "model-lab", ":material/science:"),
        ("Backtests", backtests.render, "backtests", ":material/history:"),
    ),
    "Data": (
        ("Data quality", data_quality.render, "data-quality", ":material/fact_check:"),
        ("Events", events.render, "events", ":material/event:"),
        ("Import", import_data.render, "import", ":material/upload_file:"),
    ),
    "Help": (("Method & trust", method.render, "method", ":material/verified_user:"),),
}
