"""pySigma's engine for regular expressions, which logs to stderr and speaks in octets, made to do neither."""

import re
from typing import cast

import re2  # type: ignore[import-untyped]
from sigma.policy import default_policy
from sigma.policy.regex_engine import RE2RegexEngine, RegexPattern

FLAGS = {re.IGNORECASE: "i", re.MULTILINE: "m", re.DOTALL: "s"}


class Plain(RE2RegexEngine):
    """RE2 as in pySigma's safe policy."""

    def compile(self, pattern: str, flags: int = 0) -> RegexPattern:
        """Raises ``re2.error`` with a text."""
        options = re2.Options()
        options.log_errors = False
        letters = "".join(letter for flag, letter in FLAGS.items() if flags & flag)
        try:
            return cast(RegexPattern, re2.compile(f"(?{letters}){pattern}" if letters else pattern, options))
        except re2.error as problem:
            said = problem.args[0]
            raise re2.error(said.decode(errors="replace") if isinstance(said, bytes) else said) from None


def speak_plainly() -> None:
    """Of all rules that this process reads."""
    default_policy.regex_engine = Plain()
