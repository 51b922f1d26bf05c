"""`[roster]` of edinflow.toml: what the rostering system's codes and roles are called here."""

from dataclasses import dataclass

from dashboard.toml_table import TomlTable

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RosterSettings:
    """The rostering system's names → the department's; an empty code means not at work."""

    codes: Pairs = ()
    roles: Pairs = ()


def read(table: TomlTable) -> RosterSettings:
    """The table of names."""
    found = RosterSettings(codes=table.pairs("codes"), roles=table.pairs("roles"))
    table.done()
    return found
