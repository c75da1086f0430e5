"""OCSF class ids and enumerations used in mappings, by their names in the standard.

Captions are in ``vocabulary.json`` (generated); these enums name the values that code writes or asks for.
"""

from enum import IntEnum


class ClassUid(IntEnum):
    BASE_EVENT = 0
    FILE_ACTIVITY = 1001
    KERNEL_EXTENSION = 1002
    MODULE_ACTIVITY = 1005
    SCHEDULED_JOB = 1006
    PROCESS_ACTIVITY = 1007
    EVENT_LOG_ACTIVITY = 1008
    SCRIPT_ACTIVITY = 1009
    DETECTION_FINDING = 2004
    INCIDENT_FINDING = 2005
    ACCOUNT_CHANGE = 3001
    AUTHENTICATION = 3002
    ENTITY_MANAGEMENT = 3004
    USER_ACCESS = 3005
    GROUP_MANAGEMENT = 3006
    NETWORK_ACTIVITY = 4001
    HTTP_ACTIVITY = 4002
    DNS_ACTIVITY = 4003
    DHCP_ACTIVITY = 4004
    RDP_ACTIVITY = 4005
    SMB_ACTIVITY = 4006
    SSH_ACTIVITY = 4007
    EMAIL_ACTIVITY = 4009
    NETWORK_FILE_ACTIVITY = 4010
    TUNNEL_ACTIVITY = 4014
    DEVICE_CONFIG_STATE_CHANGE = 5019
    APPLICATION_LIFECYCLE = 6002
    API_ACTIVITY = 6003
    REGISTRY_KEY_ACTIVITY = 201001
    REGISTRY_VALUE_ACTIVITY = 201002


class SeverityId(IntEnum):
    UNKNOWN = 0
    INFORMATIONAL = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5
    FATAL = 6


class StatusId(IntEnum):
    UNKNOWN = 0
    SUCCESS = 1
    FAILURE = 2


class ActionId(IntEnum):
    UNKNOWN = 0
    ALLOWED = 1
    DENIED = 2
    OBSERVED = 3
    MODIFIED = 4


class DispositionId(IntEnum):
    UNKNOWN = 0
    ALLOWED = 1
    BLOCKED = 2
    QUARANTINED = 3
    ISOLATED = 4
    DELETED = 5
    DROPPED = 6
    CORRECTED = 11
    DELAYED = 14
    DETECTED = 15
    LOGGED = 17
    TAGGED = 18
    RESET = 21
    CAPTCHA = 22
    CHALLENGE = 23
    REJECTED = 25


class DirectionId(IntEnum):
    UNKNOWN = 0
    INBOUND = 1
    OUTBOUND = 2
    LATERAL = 3


class AnalyticTypeId(IntEnum):
    """``RULE``: one of our detections; ``VENDOR``: the sensor's own verdict (OCSF: Other)."""

    RULE = 1
    BEHAVIORAL = 2
    STATISTICAL = 3
    VENDOR = 99


RANSOMWARE = 10
"""``malware.classification_ids`` of ransomware."""

EVIDENCE_REPORT = "evidence:report"
"""``metadata.labels`` of a count that a vendor's report gives, without the single detections behind it."""
EVIDENCE_MAIL = "evidence:mail"
"""``metadata.labels`` of what is known of a detection only from the device's alert mail."""
