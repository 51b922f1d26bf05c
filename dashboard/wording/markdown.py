"""Text that people typed, on its way to where Markdown is read."""

import re

_SIGNS = re.compile(r"[\\`*\[\]$~<]|(?<!\w)_|_(?!\w)|^\s*(?:[#>]|[-+](?=\s))")
_NUMBERED = re.compile(r"^(\s*\d+)([.)])(?=\s)")


def plain(text: str) -> str:
    r"""The text with a backslash before what Markdown would not show as it stands.

    That is emphasis, code, formulas, links and pictures, and at the beginning headings, quotes
    and lists. Signs within words and numbers mean nothing to it.

    >>> print(plain("*Derby* [seats](x) for $5"), plain("1. flu"), plain("- off"), sep="; ")
    \*Derby\* \[seats\](x) for \$5; 1\. flu; \- off
    >>> plain("two_words 3-4 +2")
    'two_words 3-4 +2'
    """
    escaped = _SIGNS.sub(lambda sign: f"{sign[0][:-1]}\\{sign[0][-1]}", text)
    return _NUMBERED.sub(r"\1\\\2", escaped)
