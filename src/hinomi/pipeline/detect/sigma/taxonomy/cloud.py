"""Cloud services as rules see them: Microsoft 365, Entra ID, Google Workspace, under their own field names.

What Entra ID notes of its directory comes in the audit log of Microsoft 365 with the names of its own audit log, its
sign-ins there or in Defender XDR. Source: Office 365 Management Activity API schema; Microsoft Entra audit log and
sign-in log schema; Google Cloud, audit logs for Google Workspace.
"""

import polars as pl

from hinomi.ocsf.classes import ClassUid
from hinomi.pipeline.detect.sigma.taxonomy.columns import (
    ADDRESSES,
    STATUS,
    Fields,
    View,
    coded,
    first,
    is_class,
    of_sources,
    vendor,
    vendors,
)

AUDIT, DEFENDER, GOOGLE = "microsoft_365_audit", "microsoft_defender_xdr", "google_workspace"
WORKLOAD = pl.col("metadata.log_name")
OPERATION = pl.col("metadata.event_code")
ENTRA = ("AzureActiveDirectory", "AzureActiveDirectoryStsLogon")
ENTRA_SIGN_INS = ("AADSignInEventsBeta", "EntraIdSignInEvents")
WHO = first("actor.user.name", "user.name")

M365: Fields = ADDRESSES | {
    **vendors(
        *("RecordType", "ResultStatus", "UserType", "ApplicationId", "RequestType", "ErrorNumber", "LogonError"),
        *("Parameters", "ModifiedProperties", "ExtendedProperties", "DeviceProperties", "Target"),
        *("DeliveryAction", "Directionality", "LogonType", "Folder", "TargetUserOrGroupType", "TargetUserOrGroupName"),
    ),
    "objectid": pl.coalesce(vendor("ObjectId"), "file.path"),
    "operation": first("metadata.event_code"),
    "workload": first("metadata.log_name"),
    "userid": WHO,
    "user": WHO,
    "clientip": first("src_endpoint.ip"),
    "useragent": first("http_request.user_agent"),
    "eventsource": first("metadata.log_name"),
    "eventname": first("finding_info.title", "metadata.event_code"),
    # an alert says no outcome: that it was raised is one
    "status": pl.when(pl.col("is_alert")).then(pl.lit("success")).otherwise(STATUS),
    "payload": vendor("data", "Parameters"),
    "message": first("message"),
}
"""Also for what Sigma calls ``m365``, with the names of its portal: an alert's name is the ``eventName``."""

CATEGORIES = {
    "User": "UserManagement",
    "Role": "RoleManagement",
    "Group": "GroupManagement",
    "Application": "ApplicationManagement",
    "ServicePrincipal": "ApplicationManagement",
    "Policy": "Policy",
    "Device": "Device",
}
"""``extendedAuditEventCategory`` in the words of Entra's audit log."""
ACTIVITY = OPERATION.str.strip_chars_end(".")
MODIFIED = vendor("ModifiedProperties").str.replace_all(r"\"", '"', literal=True)
OUTCOME = coded("status_id", {1: "success", 2: "failure"})
TARGETS = pl.concat_str("user.name", vendor("Target"), MODIFIED, separator=" ", ignore_nulls=True)
DIRECTORY: Fields = (
    ADDRESSES
    | dict.fromkeys(
        ("operationname", "activitydisplayname", "activitytype", "properties.message", "properties.operationname"),
        ACTIVITY,
    )
    | dict.fromkeys(("status", "result", "properties.result"), OUTCOME)
    | dict.fromkeys(("targetresources", "properties.targetresources", "target"), TARGETS)
    | dict.fromkeys(("targetresources.modifiedproperties", "targetresources.modifiedproperties.newvalue"), MODIFIED)
    | {
        "targetresources.modifiedproperties.displayname": MODIFIED.str.extract_all(r'"[A-Za-z. ]+":').list.eval(
            pl.element().str.strip_chars('":')
        ),
        "category": vendor("ExtendedProperties")
        .str.json_path_match("$.extendedAuditEventCategory")
        .replace_strict(CATEGORIES, default=None, return_dtype=pl.String),
        "consentcontext.isadminconsent": vendor("ModifiedProperties").str.json_path_match(
            "$['ConsentContext.IsAdminConsent']"
        ),
        "loggedbyservice": pl.lit("Core Directory"),
        "initiatedby": WHO,
    }
)

ACCESS = {"0": "success", "1": "failure", "2": "notApplied"}
SIGN_IN: Fields = ADDRESSES | {
    "resulttype": pl.coalesce(vendor("ErrorNumber", "ErrorCode"), pl.when(pl.col("status_id") == 1).then(pl.lit("0"))),
    "resultdescription": first("status_detail"),
    "status": coded("status_id", {1: "Success", 2: "Failure"}),
    "useragent": first("http_request.user_agent"),
    "appid": vendor("ApplicationId"),
    "appdisplayname": first("app_name"),
    "userprincipalname": WHO,
    "username": WHO,
    "ipaddress": first("src_endpoint.ip"),
    "location": first("src_endpoint.location.country"),
    "clientapp": vendor("ClientAppUsed"),
    "conditionalaccessstatus": vendor("ConditionalAccessStatus").replace(ACCESS),
    "devicedetail.iscompliant": pl.coalesce(
        vendor("IsCompliant"), vendor("DeviceProperties").str.json_path_match("$.IsCompliant")
    ).replace({"0": "false", "1": "true"}),
    "devicedetail.trusttype": vendor("DeviceTrustType"),
    "devicedetail.deviceid": vendor("EntraIdDeviceId", "AadDeviceId"),
    "properties.message": vendor("EndpointCall"),
    **vendors(
        *("AuthenticationRequirement", "ResourceDisplayName", "RiskState", "NetworkLocationDetails"),
        *("RiskLevelDuringSignIn", "RiskLevelAggregated", "ClientAppUsed", "RequestType"),
    ),
}

EVENT = dict.fromkeys(("eventname", "protopayload.metadata.event.eventname", "event.name"), OPERATION)
SERVICE = pl.format("{}.googleapis.com", pl.col("metadata.log_name"))
WORKSPACE: Fields = ADDRESSES | {
    **vendors(
        *("setting_name", "SETTING_NAME", "new_value", "NEW_VALUE", "old_value", "OLD_VALUE", "application_name"),
        *("visibility", "target_user", "email_forwarding_destination_address", "login_type", "is_suspicious"),
    ),
    "setting_name": vendor("setting_name", "SETTING_NAME"),
    "new_value": vendor("new_value", "NEW_VALUE"),
    "old_value": vendor("old_value", "OLD_VALUE"),
    **EVENT,
    **dict.fromkeys(("eventservice", "protopayload.servicename"), SERVICE),
    "user": WHO,
    "status": STATUS,
    "message": first("message"),
}


def views() -> dict[str, View]:
    entra = WORKLOAD.is_in(ENTRA)
    signed = is_class(ClassUid.AUTHENTICATION)
    return {
        "ocsf:m365": of_sources(M365, AUDIT),
        "ocsf:azure:auditlogs": of_sources(DIRECTORY, AUDIT, where=entra & ~signed),
        "ocsf:azure:signinlogs": of_sources(
            SIGN_IN, AUDIT, DEFENDER, where=signed & WORKLOAD.is_in((*ENTRA, *ENTRA_SIGN_INS))
        ),
        "ocsf:google_workspace": of_sources(WORKSPACE, GOOGLE),
        **{
            f"ocsf:google_workspace:{application}": of_sources(WORKSPACE, GOOGLE, where=WORKLOAD.eq(application))
            for application in ("admin", "login", "drive", "token", "gmail", "groups", "mobile", "chat")
        },
    }
