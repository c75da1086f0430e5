"""Whatever the console does, the API does: every URL has its operations, or a reason why it has none.

A new URL fails here until it has an entry.
"""

import pytest

from hinomi.console.api.gate import OPERATIONS
from hinomi.console.api.service import api
from hinomi.console.shell.test_access import names

SIGN_IN = "who signs in is a person at a browser; a program shows a token"
SECRETS = "one's own password and second factors are changed in person, where they are asked for again"
assert api

COUNTERPARTS: dict[str, tuple[str, ...] | str] = {
    "sign-in": SIGN_IN,
    "sign-in-link": SIGN_IN,
    "sign-in-second": SIGN_IN,
    "sign-in-passkey": SIGN_IN,
    "sign-in-passkey-options": SIGN_IN,
    "sign-in-oidc": SIGN_IN,
    "sign-in-oidc-back": SIGN_IN,
    "sign-out": SIGN_IN,
    "account": SECRETS,
    "account-setup": SECRETS,
    "account-app": SECRETS,
    "account-app-remove": SECRETS,
    "account-recovery": SECRETS,
    "account-passkeys-options": SECRETS,
    "account-passkeys-add": SECRETS,
    "account-passkeys-remove": SECRETS,
    "account-sessions-end": SECRETS,
    "account-identities-unlink": SECRETS,
    "password": SECRETS,
    "set_language": "a program says Accept-Language with each request",
    "health": "for monitoring, as it is",
    "acknowledge": "a link in a message, for one button without any sign-in",
    "api": "the page about the API",
    "api-nowhere": "every address of the API that is none",
    "tokens": ("tokens",),
    "tokens-new": ("token_issue",),
    "tokens-revoke": ("token_revoke",),
    "overview": ("overview", "tenants"),
    "company": ("tenant", "report", "incidents", "sensors", "steps"),
    "watch": ("sensors",),
    "incidents": ("incidents", "incidents_of_all"),
    "incidents-detail": ("incident",),
    "incidents-questions": ("incident_questions",),
    "incidents-status": ("incident_status",),
    "incidents-assign": ("incident_assign",),
    "incidents-note": ("incident_note",),
    "incidents-split": ("incident_split",),
    "incidents-merge": ("incident_merge",),
    "review": ("review",),
    "review-cluster": ("review_cluster",),
    "review-decide": ("review_decide",),
    "review-beat": ("review_beat",),
    "review-decisions": ("review_decisions",),
    "review-end": ("review_end",),
    "review-effort": ("review_effort",),
    "expert": ("expert",),
    "expert-decide": ("expert_decide",),
    "consult": ("threads", "threads_of_all", "inquiries"),
    "consult-new": ("thread_new",),
    "consult-thread": ("thread", "thread_post"),
    "consult-note": ("thread_post",),
    "consult-close": ("thread_close",),
    "consult-take": ("thread_take",),
    "consult-attachment": ("thread_attachment",),
    "consult-inquire": ("inquiry_new",),
    "consult-reply": ("inquiry_reply",),
    "consult-withdraw": ("inquiry_withdraw",),
    "consult-step": ("step",),
    "events": ("events_search",),
    "events-detail": ("event", "event_raw"),
    "events-download": ("events_csv", "events_ndjson"),
    "sensors": ("sensors", "sensors_of_all", "doorstep"),
    "rejects": ("rejects", "rejects_of_all"),
    "rejects-examples": ("rejects_examples",),
    "sources": ("sources",),
    "sources-detail": ("source",),
    "sources-try": ("sources_try",),
    "sources-register": ("sensor_register",),
    "reports": ("reports", "report"),
    "reports-pdf": ("report_pdf",),
    "reports-xlsx": ("report_xlsx",),
    "rules": ("rules",),
    "rules-detail": ("rule",),
    "rules-switch": ("rule_switch",),
    "rules-pack": ("rules_pack",),
    "rules-retro": ("rule_retro",),
    "rules-try": ("trial_ask",),
    "rules-trial": ("trial",),
    "rules-trial-cancel": ("trial_cancel",),
    "rules-trial-adopt": ("trial_adopt",),
    "suppressions": ("suppressions", "suppressions_of_all"),
    "suppressions-new": ("suppression_state", "suppression_state_for_all", "suppression_preview"),
    "suppressions-end": ("suppression_end", "suppression_end_for_all"),
    "exclusions": ("exclusions",),
    "exclusions-decide": ("exclusion_decide",),
    "exclusions-new": ("exclusion_state",),
    "notifications": ("company_contacts", "centre_contacts"),
    "notifications-preferences": ("preferences",),
    "notifications-new": ("contact_new", "centre_contact_new"),
    "notifications-contact": (
        "contact_change",
        "contact_remove",
        "contact_test",
        "centre_contact_change",
        "centre_contact_remove",
        "centre_contact_test",
    ),
    "notifications-outbox": ("outbox_list",),
    "notifications-retry": ("outbox_retry",),
    "notifications-call": ("call", "call_note"),
    "people": ("people_of_company", "people_of_all"),
    "people-detail": ("people_of_company", "people_of_all"),
    "people-invite": ("person_invite", "person_invite_for_all"),
    "people-act": ("person_act", "person_act_for_all", "person_link", "person_link_for_all"),
    "people-grant": ("person_grant", "person_grant_for_all"),
    "people-withdraw": ("person_withdraw", "person_withdraw_for_all"),
    "people-second-factor": ("second_factor",),
    "audit": ("audit_of_company", "audit_of_all"),
    "audit-csv": ("audit_of_company", "audit_of_all"),
    "study": ("study",),
    "study-json": ("study_table",),
}
BESIDES = {"me", "sensor_token", "sensor_token_revoke"}
"""Operations that no page has: who asks, and what ``hinomi sensor token`` does."""


@pytest.mark.parametrize("name", sorted(set(names())))
def test_what_the_console_does_the_api_does(name: str) -> None:
    assert name in COUNTERPARTS, f"{name}: a new URL; name its operations, or say why it has none"


def test_the_table_tells_of_what_is_there() -> None:
    named = {operation for said in COUNTERPARTS.values() if isinstance(said, tuple) for operation in said}

    assert set(COUNTERPARTS) == set(names())
    assert named | BESIDES == set(OPERATIONS)
