"""`[roster]` of edinflow.toml: what the rostering system calls the department's roles.

Its shift codes stand in [department] codes.
"""

from dataclasses import dataclass

from dashboard.toml_table import TomlTable


@dataclass(frozen=True)
class RosterSettings:
    """The rostering system's names of roles → the department's."""

    roles: tuple[tuple[str, str], ...] = ()


def read(table: TomlTable) -> RosterSettings:
    """The table of names."""
    found = RosterSettings(roles=table.named_texts("roles"))
    table.done()
    return found
