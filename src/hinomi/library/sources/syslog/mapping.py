"""Syslog of any device: its text, and what a few rules know of sign-ins, firewalls and settings.

Source: RFC 3164; RFC 5424.
"""

from hinomi.library.contracts import Context, Normalized
from hinomi.library.formats import syslog_message, textlines


def normalize(payload: bytes, context: Context) -> Normalized:
    return textlines.normalize(payload, context, syslog_message.message)
