"""Whether a name looks made by a formula: letters as no language strings them together.

Counted are the pairs of neighbouring letters that are common in English and in romanised Japanese. Source of the
thought: Antonakakis et al., "From Throw-Away Traffic to Bots", USENIX Security 2012; the pairs were written down here.
"""

from math import log2

SHORTEST = 8
"""Letters of a label below which nothing can be told of it."""
AFTER = {
    "a": "bcdgilmnprstvwy",
    "b": "aeiou",
    "c": "aehklort",
    "d": "aeiors",
    "e": "acdeilmnprstwxy",
    "f": "afiou",
    "g": "aehiloru",
    "h": "aeiot",
    "i": "cdefglmnoprstv",
    "j": "aiou",
    "k": "aeiosuy",
    "l": "adeilosy",
    "m": "aeiopu",
    "n": "adegiostu",
    "o": "bdfglmnoprstuvw",
    "p": "aehilopru",
    "q": "u",
    "r": "adeikmnostuy",
    "s": "acehiklmnopstuw",
    "t": "aehiorstuy",
    "u": "bcgilmnprst",
    "v": "aeio",
    "w": "aeio",
    "y": "aou",
    "z": "aeou",
}
"""Letters that commonly follow a letter."""
FEW_COMMON = 0.45
"""Share of pairs below which a label is no language's."""
MIXED = 3.0
"""Bits a letter from which they are well mixed."""


def is_generated(domain: str) -> bool:
    """Whether the first label of a registered domain looks like nobody chose it to be read."""
    label = domain.partition(".")[0].replace("-", "")
    if len(label) < SHORTEST or label.startswith("xn"):
        return False
    pairs = [label[place : place + 2] for place in range(len(label) - 1)]
    common = sum(pair[1] in AFTER.get(pair[0], "") for pair in pairs) / len(pairs)
    return common < FEW_COMMON and entropy(label) >= min(MIXED, log2(len(label)) - 0.6)


def entropy(text: str) -> float:
    """Bits a letter (Shannon)."""
    shares = [text.count(letter) / len(text) for letter in set(text)]
    return -sum(share * log2(share) for share in shares)
