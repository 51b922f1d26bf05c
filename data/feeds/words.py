"""What cells say: whole counts, triage acuity, arrival mode, age band, admitted or not."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

AGE_BANDS = ((0, 4), (5, 17), (18, 39), (40, 64), (65, 79), (80, 130))
EMPTY = frozenset(
    {"", "na", "n/a", "nan", "null", "none", "nil", "-", "--", "–", ".", "missing", "unknown", "?"}
)
MOST_KINDS = 20
FEWEST_ROWS = 5  # a text that stands fewer times may be about one person
_COLOURS = {
    1: "red rot rouge rojo vermelho rosso rood",
    2: "orange naranja laranja arancione oranje",
    3: "yellow gelb jaune amarillo amarelo giallo geel",
    4: "green grun vert verde groen",
    5: "blue blau bleu azul blu blauw",
}
_ACUITY_OF_WORD = {word: acuity for acuity, words in _COLOURS.items() for word in words.split()} | {
    "resuscitation": 1,
    "immediate": 1,
    "emergent": 2,
    "urgent": 3,
    "standard": 4,
}
_ACUITY = re.compile(
    r"(?:esi|ats|mts|ctas|level|cat|category|p|prio|priority|prioridad|triage|t|acuity|stufe|nivel)?"
    r"[ .:_-]*([1-5])(?:[.,]0+)?(?:\b.*)?"
)
_YES_WORDS = (
    "yes y true 1 t ja j si s oui o sim admitted admit inpatient ward icu ipd hospitalised "
    "hospitalized aufgenommen stationar ingreso ingresado"
)
_NO_WORDS = (
    "no n false 0 f nein non nao discharged discharge home lwbs eloped left ambulant ambulatory "
    "outpatient alta domicilio entlassen"
)
_YES = frozenset(_YES_WORDS.split())
_NO = frozenset(_NO_WORDS.split())


@dataclass(frozen=True)
class Count:
    """A cell of counts: patients, or None with a reason why not ('' = not observed)."""

    patients: int | None
    reason: str


def plain(text: str) -> str:
    """Lower case without accents, single blanks: for comparing words."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"\s+", " ", bare).strip().lower()


def read_count(text: str, most: int) -> Count:
    """Whole patients; at most `most` are believed.

    >>> read_count("12,0", 10_000).patients, read_count("12.5", 10_000).reason
    (12, 'a count must be a whole number')
    """
    text = text.strip().strip("\u00a0")
    if plain(text) in EMPTY:
        return Count(None, "")
    if re.fullmatch(r"-\s*\d+([.,]\d+)?", text) and not re.fullmatch(r"-0+([.,]0+)?", text):
        return Count(None, "a count cannot be negative")
    if whole := re.fullmatch(r"[+-]?(\d+)(?:[.,]0*)?", text):
        if re.fullmatch(r"[1-9]\d{0,2}[.,]000", text):
            return Count(None, "a thousands separator or a fraction? write the number without it")
        if len(whole[1]) > 9 or int(whole[1]) > most:
            return Count(None, f"more than {most:,} patients in one step is not believable")
        return Count(int(whole[1]), "")
    if re.fullmatch(r"[1-9]\d{0,2}([.,' ]\d{3})+", text):
        return Count(None, "a thousands separator or a fraction? write the number without it")
    if re.fullmatch(r"\d*[.,]\d+", text):
        return Count(None, "a count must be a whole number")
    return Count(None, "a count must be a number")


def read_acuity(text: str) -> int | None:
    """Triage acuity 1 (most urgent) to 5.

    >>> [read_acuity(text) for text in ("3", "ESI 2", "4 - standard", "Orange", "9", "")]
    [3, 2, 4, 2, None, None]
    """
    text = plain(text)
    if found := _ACUITY.fullmatch(text):
        return int(found[1])
    return _ACUITY_OF_WORD.get(text)


def read_mode(text: str, column: str) -> str | None:
    """How the patient came: ambulance, walk-in or other; None when the word is not known.

    >>> read_mode("EMS transport", "mode"), read_mode("Private car", "mode")
    ('ambulance', 'walk-in')
    """
    text = plain(text)
    if "ambul" in plain(column) or "rettung" in plain(column):
        if text in _YES:
            return "ambulance"
        if text in _NO:
            return "other"
    if re.search(r"walk|car\b|self|foot|fuss|private|taxi|own|bus\b|public|selbst|coche|pie", text):
        return "walk-in"
    if re.search(r"ambul|\bems\b|helicopter|rettung|paramedic|rtw|\bnef\b|air\b", text):
        return "ambulance"
    if re.search(r"^other|police|referr|transfer|\bgp\b|polizei|anders|andere|otro", text):
        return "other"
    return None


def read_age(text: str) -> str | None:
    """Age band of an age in years, or of a written band; None when neither.

    >>> [read_age(text) for text in ("72", "72.5", "65 - 79", "80+", "<5", "adult")]
    ['65-79', '65-79', '65-79', '80+', '0-4', None]
    """
    text = plain(text)
    if found := re.fullmatch(r"(\d{1,3})(?:[.,]\d+)?(?: ?(?:years?|yrs?|y|jahre|anos))?", text):
        age = int(found[1])
        return next((_band(low, high) for low, high in AGE_BANDS if low <= age <= high), None)
    if found := re.fullmatch(r"(\d{1,3}) ?(?:-|–|to|bis) ?(\d{1,3})(?: ?years?)?", text):
        return _band(int(found[1]), int(found[2])) if int(found[1]) <= int(found[2]) else None
    if found := re.fullmatch(r"(?:>=?|over )? ?(\d{1,3}) ?(?:\+|and over|plus|or more)", text):
        return f"{int(found[1])}+"
    if found := re.fullmatch(r"(?:<|under) ?(\d{1,3})", text):
        return f"0-{int(found[1]) - 1}" if int(found[1]) > 0 else None
    return None


def _band(low: int, high: int) -> str:
    return f"{low}+" if high >= 120 else f"{low}-{high}"


def read_admitted(text: str) -> str | None:
    """'yes' when the visit ended in a hospital bed, 'no' when it did not, None when unknown.

    >>> read_admitted("Admitted"), read_admitted("HOME"), read_admitted("not admitted")
    ('yes', 'no', 'no')
    """
    text = plain(text)
    if text in _YES:
        return "yes"
    if text in _NO or text.startswith(("not ", "no ", "left ", "home", "discharged")):
        return "no"
    return "yes" if text.startswith(("admitted", "admit ")) else None


def kinds(
    texts: Mapping[str, int], known: Mapping[str, str | None]
) -> dict[str, str | None] | None:
    """Settle a column of words: known ones as they are named, repeated others kept, rest 'other'.

    texts: rows by distinct text. None when the column is free text: more than 20 other words.
    """
    others = [t for t in texts if known[t] is None and plain(t) not in EMPTY]
    if len(others) > MOST_KINDS:
        return None
    settled: dict[str, str | None] = {}
    for text, rows in texts.items():
        if plain(text) in EMPTY:
            settled[text] = None
        elif (word := known[text]) is not None:
            settled[text] = word
        else:
            short = len(text) <= 30 and rows >= FEWEST_ROWS and not re.search(r"[=\n\r]", text)
            settled[text] = plain(text) if short else "other"
    return settled
