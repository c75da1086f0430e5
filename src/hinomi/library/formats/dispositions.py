"""What endpoint products did, in their own words: ``File quarantined``, ``Prevention, process was blocked``.

The first word that is found decides; a word of failure or of "would have" means that it was only seen.
"""

import re

from hinomi.ocsf.classes import DispositionId

WORDS: tuple[tuple[str, DispositionId], ...] = (
    (r"unable|unsuccess|fail|would have|not (?:mitigated|blocked|remediated)|cannot", DispositionId.DETECTED),
    (r"allow(?:ed)?\b|permit|released|restored|許可", DispositionId.ALLOWED),
    (r"quarantin|隔離", DispositionId.QUARANTINED),
    (r"isolat|contain(?:ed|ment)", DispositionId.ISOLATED),
    (r"delet|remov|削除", DispositionId.DELETED),
    (r"clean|renam|remediat|disinfect|rollback|修復|駆除", DispositionId.CORRECTED),
    (r"reset", DispositionId.RESET),
    (r"drop", DispositionId.DROPPED),
    (r"block|den(?:y|ied)|terminat|kill|prevent|stop|reject|mitigated|ブロック|拒否|遮断", DispositionId.BLOCKED),
    (r"pass|log\b|logged|detect|monitor|audit|observ|assess|warn|none|検出|記録", DispositionId.DETECTED),
)
PATTERNS = tuple((re.compile(rf"(?<![a-z])(?:{pattern})"), disposition) for pattern, disposition in WORDS)


def disposition(*said: str | None) -> DispositionId | None:
    """What the first text that says something says was done; None where none does."""
    for text in said:
        words = (text or "").lower().replace("_", " ")
        for pattern, found in PATTERNS:
            if pattern.search(words):
                return found
    return None
