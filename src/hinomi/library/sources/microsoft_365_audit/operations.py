"""What people and programs did: sign-ins, accounts, groups, roles, files, mailboxes, settings."""

import re

from hinomi.library.formats.events import activity
from hinomi.library.formats.jsonlines import integer, part, text
from hinomi.library.formats.rows import Row
from hinomi.library.sources.microsoft_365_audit.fields import Audit, named
from hinomi.ocsf.classes import ClassUid, StatusId

SHARE, OTHER = 12, 99
SIGN_INS = {
    "userloggedin": 1,
    "userloginfailed": 1,
    "mailboxlogin": 1,
    "teamssessionstarted": 1,
    "userloggedoff": 2,
    "usersignedout": 2,
}
ACCOUNTS = {
    "add user": 1,
    "enable account": 2,
    "change user password": 3,
    "set force change user password": 4,
    "reset user password": 4,
    "disable account": 5,
    "delete user": 6,
    "hard delete user": 6,
    "enable strong authentication": 10,
    "disable strong authentication": 11,
    "update user": OTHER,
    "set license properties": OTHER,
    "change user license": OTHER,
    "restore user": 2,
}
GROUPS = {
    "add member to group": 3, "remove member from group": 4, "delete group": 5, "add group": 6, "update group": 9,
    "memberadded": 3, "memberremoved": 4, "teamdeleted": 5, "teamcreated": 6, "memberrolechanged": 9,
    "add-distributiongroupmember": 3, "remove-distributiongroupmember": 4,
}  # fmt: skip
ROLES = {"add member to role": 3, "remove member from role": 4, "add eligible member to role": 3}
FILES = {
    "fileuploaded": 1, "fileuploadedpartial": 1, "filesyncuploadedfull": 1, "filesyncuploadedpartial": 1,
    "filedownloaded": 2, "filesyncdownloadedfull": 2, "filesyncdownloadedpartial": 2,
    "filemodified": 3, "filemodifiedextended": 3, "filecheckedin": 3, "folderModified": 3,
    "filedeleted": 4, "filerecycled": 4, "folderdeleted": 4, "folderrecycled": 4,
    "filedeletedfirststagerecyclebin": 4, "filedeletedsecondstagerecyclebin": 4,
    "filerenamed": 5, "folderrenamed": 5,
    "filecopied": 6, "foldercopied": 6,
    "filemoved": 7, "foldermoved": 7,
    "filerestored": 8, "folderrestored": 8,
    "filepreviewed": 9,
    "filecheckedout": 10, "lockrecord": 10, "unlockrecord": 11,
    "sharingset": 12, "sharinginvitationcreated": 12, "anonymouslinkcreated": 12, "companylinkcreated": 12,
    "addedtosecurelink": 12, "securelinkcreated": 12, "sharinglinkcreated": 12, "addedtogroup": 12,
    "sharingrevoked": 13, "anonymouslinkremoved": 13, "removedfromsecurelink": 13, "securelinkdeleted": 13,
    "fileaccessed": 14, "fileaccessedextended": 14, "fileopened": 14,
    "managedsyncclientallowed": 15,
}  # fmt: skip
SENT = ("send", "sendas", "sendonbehalf")
VERBS = (
    (1, ("new-", "add", "create", "install-", "consent")),
    (2, ("get-", "view", "list", "search", "read", "mailitemsaccessed", "access", "preview", "export", "download")),
    (4, ("remove", "delete", "harddelete", "softdelete", "movetodeleteditems", "uninstall", "purge")),
    (3, ("set-", "update", "enable", "disable", "edit", "change", "move", "rename", "grant", "upload", "modify")),
)
"""OCSF API activities and how the operations begin that mean them."""
FAILED = ("fail", "false", "error", "denied")
WORKED = ("succe", "true", "partiallysucceeded")


def row(audit: Audit) -> Row:
    """Columns of an operation; every operation is at least an API activity."""
    operation = re.sub(r"\.$", "", audit.text("operation") or "").strip().lower()
    actor, target = audit.text("userid", "userkey"), audit.text("objectid")
    base: Row = {"status_id": status(audit), "status_detail": audit.text("logonerror", "resultstatusdetail")}
    if operation in SIGN_INS:
        return base | sign_in(audit, SIGN_INS[operation], failed="failed" in operation)
    base["actor.user.name"] = actor
    for table, class_uid in (
        (ACCOUNTS, ClassUid.ACCOUNT_CHANGE),
        (GROUPS, ClassUid.GROUP_MANAGEMENT),
        (ROLES, ClassUid.USER_ACCESS),
    ):
        if operation in table:
            changed = {"user.name": target or member(audit), "message": message(audit)}
            return activity(class_uid, table[operation]) | base | changed
    if operation in FILES:
        return activity(ClassUid.NETWORK_FILE_ACTIVITY, FILES[operation]) | base | file(audit, target)
    if operation in SENT:
        return activity(ClassUid.EMAIL_ACTIVITY, 1) | base | mail(audit)
    verb = next((uid for uid, words in VERBS if operation.startswith(words)), OTHER)
    return activity(ClassUid.API_ACTIVITY, verb) | base | {"message": message(audit)} | mailbox(audit)


def member(audit: Audit) -> str | None:
    """Whom a team or a distribution list gained or lost, the first of several."""
    listed = audit.get("members")
    first = part(listed[0]) if isinstance(listed, list) and listed else {}
    return text(first.get("UPN")) or named(audit.get("parameters")).get("Member")


def status(audit: Audit) -> int | None:
    said = (audit.text("resultstatus") or "").lower()
    if any(word in said for word in FAILED):
        return int(StatusId.FAILURE)
    return int(StatusId.SUCCESS) if any(word in said for word in WORKED) else None


def sign_in(audit: Audit, activity_id: int, *, failed: bool) -> Row:
    """Entra says ``ResultStatus: Success`` of a failed sign-in too: the operation is what counts."""
    name = audit.text("userid", "mailboxownerupn")
    device = named(audit.get("deviceproperties"))
    return activity(ClassUid.AUTHENTICATION, activity_id) | {
        "status_id": int(StatusId.FAILURE if failed else StatusId.SUCCESS),
        "user.name": name,
        "device.os.name": device.get("OS") or None,
        "device.hostname": device.get("DisplayName") or None,
        "app_name": audit.text("applicationdisplayname", "applicationid"),
        "message": message(audit),
    }


def file(audit: Audit, target: str | None) -> Row:
    shared = audit.text("targetuserorgroupname")
    return {
        "file.name": audit.text("sourcefilename", "destinationfilename")
        or (target or "").rstrip("/").rpartition("/")[2]
        or None,
        "file.path": target,
        "file.size": integer(audit.get("filesizebytes")),
        "url.url_string": target if target and "://" in target else None,
        "user.name": shared,
        "device.hostname": audit.text("machinedomaininfo", "devicedisplayname"),
        "app_name": audit.text("applicationdisplayname", "clientappname"),
    }


def mail(audit: Audit) -> Row:
    item = part(audit.get("item"))
    return {
        "email.from": audit.text("sendasusersmtp", "sendonbehalfofusersmtp", "mailboxownerupn", "userid"),
        "email.subject": text(item.get("Subject")),
        "email.message_uid": text(item.get("InternetMessageId")),
        "user.name": audit.text("mailboxownerupn"),
    }


def mailbox(audit: Audit) -> Row:
    """Of what was done in a mailbox: whose it is, and which message."""
    item = part(audit.get("item"))
    affected = audit.get("affecteditems")
    first = part(affected[0]) if isinstance(affected, list) and affected else item
    return {
        "user.name": audit.text("mailboxownerupn"),
        "email.subject": text(first.get("Subject")),
        "email.message_uid": text(first.get("InternetMessageId")),
        "app_name": audit.text("clientprocessname", "clientinfostring", "applicationdisplayname", "applicationid"),
        "count": len(affected) if isinstance(affected, list) and len(affected) > 1 else None,
    }


def message(audit: Audit) -> str:
    """The operation, what it was done to, and how: settings of a mailbox rule are its parameters."""
    parameters = named(audit.get("parameters")) or named(audit.get("modifiedproperties"))
    words = [f"{name}={value}" for name, value in parameters.items() if value]
    target = audit.text("objectid", "itemname")
    return " ".join([audit.text("operation") or "", *([target] if target else []), *words])[:2000]
