"""Countries by their ISO 3166 code, whatever a device calls them; names from CLDR, as Babel brings them."""

from functools import cache

from babel import Locale

LETTERS = 2
HOME = "JP"
ALSO = {
    "korea, republic of": "KR",
    "republic of korea": "KR",
    "russian federation": "RU",
    "viet nam": "VN",
    "iran, islamic republic of": "IR",
    "hong kong": "HK",
    "taiwan, province of china": "TW",
    "czech republic": "CZ",
    "turkey": "TR",
    "macau": "MO",
    "moldova, republic of": "MD",
    "syrian arab republic": "SY",
    "korea, democratic people's republic of": "KP",
}
"""Names that devices use and CLDR does not."""


@cache
def codes() -> dict[str, str]:
    """English names, folded, to codes."""
    territories = Locale("en").territories
    return {name.lower(): code for code, name in territories.items() if len(code) == LETTERS} | ALSO


def code(text: str | None) -> str | None:
    """The code of a country given by code or English name; None for what is neither."""
    said = (text or "").strip()
    if len(said) == LETTERS and said.isalpha():
        return said.upper()
    return codes().get(said.lower())


def name(country: str) -> str:
    """In Japanese; the code itself where CLDR has no name for it."""
    return str(Locale("ja").territories.get(country, country))
