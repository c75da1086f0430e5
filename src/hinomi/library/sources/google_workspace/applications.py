"""Activities of the other applications: sign-ins, files, accounts, administration, devices, rules."""

from collections.abc import Mapping
from typing import Any

from hinomi.library.formats.addresses import ip
from hinomi.library.formats.events import activity, verdict
from hinomi.library.formats.jsonlines import part, text
from hinomi.library.formats.processes import file as located
from hinomi.library.formats.rows import Row
from hinomi.library.sources.google_workspace.fields import truth
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId, StatusId

SHARE, OTHER = 12, 99
SIGN_INS = {
    "login_success": (1, StatusId.SUCCESS),
    "login_failure": (1, StatusId.FAILURE),
    "login_challenge": (1, None),
    "login_verification": (1, None),
    "reauth": (1, None),
    "logout": (2, StatusId.SUCCESS),
}
WARNINGS = {
    "suspicious_login": ("不審なサインイン", SeverityId.HIGH),
    "suspicious_login_less_secure_app": ("安全性の低いアプリからの不審なサインイン", SeverityId.HIGH),
    "suspicious_programmatic_login": ("不審なプログラムのサインイン", SeverityId.HIGH),
    "user_signed_out_due_to_suspicious_session_cookie": ("不審なセッション", SeverityId.HIGH),
    "account_disabled_generic": ("アカウントの停止", SeverityId.MEDIUM),
    "account_disabled_hijacked": ("乗っ取りの疑いによる停止", SeverityId.HIGH),
    "account_disabled_password_leak": ("パスワードの漏えいによる停止", SeverityId.HIGH),
    "account_disabled_spamming": ("迷惑メール送信による停止", SeverityId.HIGH),
    "account_disabled_spamming_through_relay": ("迷惑メール中継による停止", SeverityId.HIGH),
    "gov_attack_warning": ("政府が支援する攻撃の警告", SeverityId.HIGH),
    "device_compromised_event": ("端末の改造または乗っ取り", SeverityId.HIGH),
    "suspicious_activity_event": ("端末の不審な動き", SeverityId.MEDIUM),
    "malware_transfer": ("不正プログラムの受け渡し", SeverityId.HIGH),
    "unsafe_site_visit": ("危険なサイトの閲覧", SeverityId.MEDIUM),
    "password_breach": ("漏れたパスワードの使用", SeverityId.MEDIUM),
    "password_reuse": ("会社のパスワードの使い回し", SeverityId.LOW),
    "suspicious_url_event": ("不審な URL", SeverityId.MEDIUM),
    "url_filtering_interstitial": ("会社が禁じたサイト", SeverityId.LOW),
    "sensitive_data_transfer": ("機密データの受け渡し", SeverityId.MEDIUM),
}
"""What Google itself judged."""
RESULTS = {
    "BLOCKED": DispositionId.BLOCKED,
    "BYPASSED": DispositionId.ALLOWED,
    "ALLOWED": DispositionId.ALLOWED,
}
"""``EVENT_RESULT``: what Chrome did."""
FILES = {
    "upload": 1,
    "create": 1,
    "download": 2,
    "edit": 3,
    "add_to_folder": 3,
    "label_field_changed": 3,
    "delete": 4,
    "trash": 4,
    "rename": 5,
    "copy": 6,
    "source_copy": 6,
    "move": 7,
    "untrash": 8,
    "preview": 9,
    "view": 14,
    "print": OTHER,
    "add_lock": 10,
    "remove_lock": 11,
    "change_user_access": 12,
    "change_document_visibility": 12,
    "change_document_access_scope": 12,
    "change_acl_editors": 12,
    "change_owner": 12,
    "team_drive_membership_change": 12,
    "sheets_import_range": 14,
}
ACCOUNTS = {
    "create_user": 1, "delete_user": 6, "suspend_user": 5, "unsuspend_user": 2, "change_password": 4,
    "password_edit": 3, "2sv_enroll": 10, "2sv_disable": 11, "titanium_enroll": 10, "titanium_unenroll": 11,
    "undelete_user": 2, "recovery_email_edit": OTHER, "recovery_phone_edit": OTHER, "recovery_secret_qa_edit": OTHER,
}  # fmt: skip
ROLES = {"assign_role": 3, "unassign_role": 4, "grant_admin_privilege": 1, "revoke_admin_privilege": 2}
GROUPS = {
    "add_group_member": 3, "add_member": 3, "add_user": 3, "remove_group_member": 4, "remove_member": 4,
    "remove_user": 4, "create_group": 6, "delete_group": 5,
}  # fmt: skip
TARGETS = ("USER_EMAIL", "user_email", "target_user", "member_id", "user_id")
"""Parameters that name whom an event is about."""
VERBS = (
    (1, ("create", "add", "authorize", "insert")),
    (2, ("view", "get", "list", "search", "download", "request")),
    (3, ("change", "edit", "update", "toggle", "set", "enable", "disable", "suspend", "move", "rename")),
    (4, ("delete", "remove", "revoke", "trash", "unassign")),
)
RULE_SEVERITIES = {"HIGH": SeverityId.HIGH, "MEDIUM": SeverityId.MEDIUM, "LOW": SeverityId.LOW}
Parameters = Mapping[str, Any]


def row(application: str, name: str, kind: str, given: Parameters, who: str | None, raw: str) -> Row:
    """Columns of an event; whatever it is, it is at least an API activity."""
    folded = name.lower()
    if folded in WARNINGS:
        return warning(folded, given, who, raw) | device(given)
    if application == "rules":
        return rule(given, who, raw)
    if application in ("login", "saml") and folded in SIGN_INS:
        return sign_in(folded, given, who, raw)
    message = said(name, kind, given)
    if application == "drive" and folded in FILES:
        return activity(ClassUid.NETWORK_FILE_ACTIVITY, FILES[folded]) | file(given, who) | {"message": message}
    target = next((found for key in TARGETS if (found := text(given.get(key)))), None)
    for table, class_uid in (
        (ACCOUNTS, ClassUid.ACCOUNT_CHANGE),
        (ROLES, ClassUid.USER_ACCESS),
        (GROUPS, ClassUid.GROUP_MANAGEMENT),
    ):
        if folded in table:
            changed = activity(class_uid, table[folded])
            return changed | {"actor.user.name": who, "user.name": target or who, "message": message}
    verb = next((uid for uid, words in VERBS if folded.startswith(words)), OTHER)
    return activity(ClassUid.API_ACTIVITY, verb) | {
        "actor.user.name": who,
        "user.name": target,
        **device(given),
        "app_name": text(given.get("app_name")) or text(given.get("application_name")),
        "message": message,
    }


def device(given: Parameters) -> Row:
    """The machine that Chrome or the device management tells of."""
    return {
        "device.hostname": text(given.get("DEVICE_NAME")) or text(given.get("device_name")),
        "device.uid": text(given.get("DEVICE_ID")) or text(given.get("device_id")),
        "device.ip": next(filter(None, map(ip, (text(given.get("LOCAL_IP")) or "").split(","))), None),
        "http_request.user_agent": text(given.get("USER_AGENT")),
    }


def sign_in(name: str, given: Parameters, who: str | None, raw: str) -> Row:
    uid, status = SIGN_INS[name]
    found = activity(ClassUid.AUTHENTICATION, uid) | {
        "status_id": int(status) if status else None,
        "status_detail": text(given.get("login_failure_type")) or text(given.get("login_challenge_status")),
        "user.name": who,
        "app_name": text(given.get("application_name")),
        "message": said(name, text(given.get("login_type")) or "", {}),
    }
    if truth(given.get("is_suspicious")):
        found |= verdict("不審なサインイン", "suspicious_login", severity=SeverityId.HIGH, raw=raw)
    return found


def warning(name: str, given: Parameters, who: str | None, raw: str) -> Row:
    title, severity = WARNINGS[name]
    result = (text(given.get("EVENT_RESULT")) or "").removeprefix("EVENT_RESULT_")
    done = RESULTS.get(result, DispositionId.DETECTED)
    found = activity(ClassUid.DETECTION_FINDING, 1) | verdict(title, name, severity=severity, raw=raw, disposition=done)
    content = text(given.get("CONTENT_NAME")) or ""
    return found | {
        "user.name": text(given.get("affected_email_address")) or text(given.get("USER_EMAIL")) or who,
        "device.os.name": text(given.get("OS_VERSION")) or text(given.get("DEVICE_PLATFORM")),
        "url.url_string": text(given.get("URL")) or text(given.get("TAB_URL")),
        **located(content),
        "file.hashes.sha256": text(given.get("CONTENT_HASH")),
    }


def rule(given: Parameters, who: str | None, raw: str) -> Row:
    """A rule of the company (mostly against leaks) that matched."""
    actions = given.get("triggered_actions")
    done = [text(part(one).get("action_type")) for one in actions] if isinstance(actions, list) else []
    blocked = any("BLOCK" in (one or "") or "DENY" in (one or "") for one in done)
    title = text(given.get("rule_name")) or "Google Workspace のルール"
    found = activity(ClassUid.DETECTION_FINDING, 1) | verdict(
        title,
        text(given.get("rule_type")) or "rule",
        severity=RULE_SEVERITIES.get(text(given.get("severity")) or "", SeverityId.LOW),
        raw=raw,
        disposition=DispositionId.BLOCKED if blocked else DispositionId.DETECTED,
    )
    recipients = given.get("resource_recipients")
    return found | {
        "user.name": who or text(given.get("resource_owner_email")),
        "file.name": text(given.get("resource_title")),
        "email.to": [one for one in recipients if isinstance(one, str)] if isinstance(recipients, list) else None,
        "status_detail": ", ".join(one for one in done if one) or None,
    }


def file(given: Parameters, who: str | None) -> Row:
    return {
        "actor.user.name": who,
        "file.name": text(given.get("doc_title")) or text(given.get("new_value")),
        "file.path": text(given.get("doc_id")),
        "user.name": text(given.get("target_user")) or text(given.get("owner")),
        "status_detail": text(given.get("visibility")),
    }


def said(name: str, kind: str, given: Parameters) -> str:
    """The event and its parameters in one line, to be searched."""
    words = [f"{key}={value}" for key, value in given.items() if value not in (None, "", [])]
    return " ".join([kind, name, *words]).strip()[:2000]
