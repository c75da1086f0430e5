"""Linux as rules see it: what its daemons say by syslog, and the records of auditd.

Records of auditd are divided here into their fields. A text with spaces comes as hexadecimal digits without quotes
and is decoded in the arguments of a program. Source: auditd(8), audit-userspace's "Specifications of fields".
"""

import polars as pl

from hinomi.ocsf.classes import ClassUid
from hinomi.pipeline.detect.sigma.taxonomy.columns import (
    ADDRESSES,
    HOST,
    STATUS,
    USER,
    Fields,
    View,
    first,
    is_class,
    of_sources,
)

SOURCES = ("syslog", "bind", "dnsmasq", "isc_dhcpd", "postfix", "unbound")
"""Sources that read what daemons write on Linux; ``syslog`` reads other devices, too."""
MESSAGE = pl.col("message")
DAEMONS = {
    "auth": r"^(?:sshd|sshd-session|sudo|su|login|systemd-logind|polkitd|pam_\w+|user(?:add|mod|del)"
    r"|group(?:add|mod|del)|passwd|chpasswd|chage|gpasswd|pkexec)$",
    "sshd": r"^(?:sshd|sshd-session)$",
    "sudo": r"^sudo$",
    "cron": r"(?i)^(?:cron|crond|crontab|anacron|atd)$",
    "vsftpd": r"^vsftpd$",
    "clamav": r"^(?:clam\w*|freshclam)$",
    "guacamole": r"^guac\w*$",
}
"""Names under which the programs behind a service log."""
AUDIT = "msg=audit("
ARGUMENTS = tuple(f"a{number}" for number in range(20))
NAMES = (
    *("key", "name", "nametype", "exe", "comm", "uid", "euid", "auid", "gid", "egid", "tty", "pid", "ppid"),
    *("unit", "acct", "addr", "hostname", "terminal", "res", "success", "cwd", "proctitle", "cmd", "exit", "mode"),
)
FIELDS: Fields = HOST | USER | ADDRESSES | {"message": MESSAGE, "process": first("metadata.log_name")}


def said(name: str) -> pl.Expr:
    """A field of an audit record as it stands there, without quotes."""
    return MESSAGE.str.extract(rf"""(?:^|[\s'\x1d]){name}=["']?([^"'\s\x1d]*)""")


def argument(name: str) -> pl.Expr:
    digits = MESSAGE.str.extract(rf"(?:^|\s){name}=((?:[0-9A-F]{{2}})+)(?:\s|$)")
    text = digits.str.decode("hex", strict=False).cast(pl.String, strict=False)
    return pl.when(said("type") == "EXECVE").then(pl.coalesce(text, said(name))).otherwise(said(name))


TYPE = said("type")
AUDITED: Fields = {
    "type": TYPE,
    "syscall": pl.coalesce(said("SYSCALL"), said("syscall")),
    **{name: said(name) for name in NAMES},
    **{name: argument(name) for name in ARGUMENTS},
}
FIRST = argument("a0")
PROGRAM: Fields = {
    "image": pl.when(FIRST.str.contains("/", literal=True)).then(FIRST).otherwise("/" + FIRST),
    "commandline": pl.concat_str([argument(name) for name in ARGUMENTS], separator=" ", ignore_nulls=True),
}


def views() -> dict[str, View]:
    program = pl.col("metadata.log_name")
    audited = MESSAGE.str.contains(AUDIT, literal=True)
    started = audited & MESSAGE.str.contains("type=EXECVE", literal=True)
    failed = {"status": STATUS, "action": pl.when(is_class(ClassUid.AUTHENTICATION)).then(STATUS)}
    return {
        "ocsf:linux": of_sources(FIELDS | failed, *SOURCES),
        "ocsf:linux:auditd": of_sources(FIELDS | AUDITED, "syslog", where=audited),
        "ocsf:linux:auditd:process_creation": of_sources(FIELDS | PROGRAM, "syslog", where=started),
        **{
            f"ocsf:linux:{service}": of_sources(FIELDS | failed, "syslog", where=program.str.contains(names))
            for service, names in DAEMONS.items()
        },
    }
