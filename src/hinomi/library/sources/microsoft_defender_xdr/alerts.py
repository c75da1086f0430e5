"""Alerts and incidents: tables ``AlertInfo`` and ``AlertEvidence``, Graph ``alerts_v2`` and incidents, the older
interfaces of Defender for Endpoint and of Microsoft 365 Defender.

Source: Microsoft, Advanced hunting schema reference; Graph, security resource types; Defender for Endpoint, Alert.
"""

import re
from collections.abc import Iterator

from hinomi.library.formats.addresses import ip
from hinomi.library.formats.dispositions import disposition
from hinomi.library.formats.events import activity
from hinomi.library.formats.jsonlines import part, texts
from hinomi.library.formats.processes import account, file, joined, kept, process, said, techniques
from hinomi.library.formats.rows import Row
from hinomi.library.sources.microsoft_defender_xdr.fields import (
    PRODUCT,
    Event,
    finding,
    level,
    machine,
    more,
    nested,
    person,
    rest,
    when,
)
from hinomi.ocsf.classes import ClassUid, DispositionId

UPDATE, CREATE = 2, 1
DONE = re.compile(r"\b(?:was|were|been) (prevented|blocked|quarantined|remediated|removed)", re.IGNORECASE)
REMEDIES = {"prevented": DispositionId.BLOCKED, "blocked": DispositionId.BLOCKED,
            "remediated": DispositionId.CORRECTED}  # fmt: skip
TIMES = ("firstActivityDateTime", "firstActivity", "firstEventTime", "createdDateTime", "creationTime",
         "alertCreationTime", "eventDateTime", "createdTime", "lastUpdateDateTime", "lastUpdateTime")  # fmt: skip
KEPT = ("description", "status", "classification", "determination", "investigationState", "threatFamilyName",
        "alertWebUrl", "actorDisplayName", "serviceSource", "detectionSource", "incidentId")  # fmt: skip
HUNTED = ("ServiceSource", "DetectionSource", "EntityType", "EvidenceRole", "EvidenceDirection", "ThreatFamily",
          "RemoteUrl", "EmailSubject", "SHA1", "RegistryKey", "RegistryValueName", "Application")  # fmt: skip


def kinds(*values: object) -> list[str]:
    """Categories and sources, each once."""
    found = [each for value in values for each in texts(nested(value))]
    return list(dict.fromkeys(found))


def hunted(event: Event, raw: str, new: bool) -> Row:
    """A row of ``AlertInfo`` or ``AlertEvidence``; those of an alert that was met already are its updates."""
    told, alert = more(event), said(event, "AlertId")
    title = said(event, "Title")
    found = finding(
        title or said(event, "ThreatFamily"),
        kinds(event.get("Category") or event.get("Categories"), event.get("DetectionSource")),
        level(event.get("Severity")),
        raw,
        by_title(title) or DispositionId.DETECTED,
        rest(event, *HUNTED),
    )
    if not new:
        found |= {"activity_id": UPDATE, "is_alert": False, "raw_data": None}
    return {
        **found,
        **machine(event),
        **entity(event, told),
        "finding_info.uid": alert,
        "finding_info.attacks.technique.uid": techniques(nested(event.get("AttackTechniques"))),
        "metadata.correlation_uid": alert,
        "message": said(event, "EntityType"),
    }


def entity(event: Event, told: Event) -> Row:
    """What an evidence is of: a machine, a person, a file, a process, a mail, an address."""
    image, holder = part(told.get("ImageFile")), part(told.get("Account"))
    ran = said(event, "ProcessCommandLine") or said(told, "CommandLine")
    path = joined(said(event, "FolderPath") or said(image, "Directory"), said(event, "FileName") or said(image, "Name"))
    columns: Row = {
        "device.hostname": said(event, "DeviceName") or host(told, image, holder),
        "dst_endpoint.ip": ip(said(event, "RemoteIP")),
        "url.url_string": said(event, "RemoteUrl"),
        "reg_key.path": said(event, "RegistryKey"),
        "email.subject": said(event, "EmailSubject") or said(told, "Subject"),
        "email.from": said(told, "P2Sender", "Sender"),
        "email.to": texts(told.get("Recipient")) or None,
        "email.message_uid": said(told, "InternetMessageId") or said(event, "NetworkMessageId"),
        "src_endpoint.ip": ip(said(told, "SenderIP")),
    }
    return {
        **account("user", said(holder, "Name"), said(holder, "NTDomain"), said(holder, "Sid")),
        **person("user", event),
        **file(path, None, said(event, "SHA256"), event.get("FileSize")),
        **(process("process", path, ran, told.get("ProcessId")) if ran else {}),
        **kept(columns),
    }


def host(told: Event, *more: Event) -> str | None:
    """The machine by its whole name, as the tables ``Device*`` name it; the same one may be a ``$ref`` elsewhere."""
    for each in (*(part(found.get("Host")) for found in (told, *more)), told):
        name, domain = said(each, "HostName", "NetBiosName"), said(each, "DnsDomain")
        if name:
            return f"{name}.{domain}" if domain and "." not in name else name
    return None


def by_title(title: str | None) -> DispositionId | None:
    found = DONE.search(title or "")
    return disposition(found[1]) if found else None


def alert(event: Event, raw: str, incident: Event | None = None) -> Row:
    """An alert of an interface, with what its evidence tells of machines, people, files and processes."""
    title = said(event, "title")
    evidences = list(objects(event.get("evidence"), event.get("entities"), event.get("hostStates")))
    remedies = [REMEDIES.get(said(each, "remediationStatus") or "") for each in evidences]
    done = next((found for found in remedies if found), None) or by_title(title) or DispositionId.DETECTED
    source = said(event, "detectionSource") or said(event, "serviceSource")
    names = kinds(event.get("category"), said(event, "threatFamilyName", "threatDisplayName"), source)
    return {
        **finding(title, names, level(event.get("severity")), raw, done, rest(event, *KEPT)),
        **{name: item for each in reversed(evidences) for name, item in seen(each).items()},
        **device(event, evidences),
        **account("user", *related(event)),
        **when(event, *TIMES),
        **kept({"malware.name": said(event, "threatFamilyName")}),
        "finding_info.uid": said(event, "id", "alertId"),
        "finding_info.analytic.uid": said(event, "detectorId"),
        "finding_info.attacks.technique.uid": techniques(event.get("mitreTechniques")),
        "metadata.log_name": "alerts",
        "metadata.event_code": source,
        "metadata.correlation_uid": said(event, "incidentId") or said(incident or {}, "incidentId", "id"),
        "message": said(event, "description"),
    }


def objects(*values: object) -> Iterator[Event]:
    for value in values:
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                yield each


def related(event: Event) -> tuple[str | None, str | None]:
    user = part(event.get("relatedUser"))
    return said(user, "userName"), said(user, "domainName")


def device(event: Event, evidences: list[Event]) -> Row:
    """The first machine that the alert names."""
    listed = [*objects(event.get("devices")), *(each for each in evidences if "deviceDnsName" in each)]
    first = listed[0] if listed else {}
    own = [found for each in texts(first.get("ipInterfaces")) if (found := ip(each)) and not found.startswith("fe80:")]
    return kept(
        {
            "device.hostname": said(first, "deviceDnsName") or said(event, "computerDnsName", "deviceName"),
            "device.ip": next((each for each in own if "." in each), own[0] if own else None),
            "device.uid": said(first, "mdeDeviceId", "mdatpDeviceId") or said(event, "machineId"),
            "device.os.name": said(first, "osPlatform"),
        }
    )


def seen(each: Event) -> Row:
    """What one evidence is of, whichever interface it came by."""
    image = part(each.get("imageFile")) or part(each.get("fileDetails")) or each
    parent = part(each.get("parentProcessImageFile"))
    user = part(each.get("userAccount")) or each
    path = joined(image.get("filePath"), image.get("fileName"))
    ran = said(each, "processCommandLine")
    kind = (said(each, "@odata.type", "entityType") or "").rpartition(".")[2].lower()
    address = ip(said(each, "ipAddress"))
    columns: Row = {
        "dst_endpoint.ip": address if not kind.startswith("device") else None,
        "url.url_string": said(each, "url"),
        "reg_key.path": said(each, "registryKey"),
        "email.from": said(part(each.get("p2Sender") or each.get("p1Sender")), "emailAddress") or said(each, "sender"),
        "email.to": texts(each.get("recipientEmailAddress")) or None,
        "email.subject": said(each, "subject"),
        "email.message_uid": said(each, "internetMessageId", "networkMessageId"),
    }
    name = said(user, "accountName", "userPrincipalName", "aadUserId")
    above = joined(parent.get("filePath"), parent.get("fileName"))
    return {
        **account("user", name, said(user, "domainName"), said(user, "userSid")),
        **file(path, image.get("fileName"), image.get("sha256"), image.get("fileSize")),
        **(process("process", path, ran, each.get("processId")) if ran or "parentProcessImageFile" in each else {}),
        **process("process.parent_process", above, None, each.get("parentProcessId")),
        **kept(columns),
    }


def incident(event: Event, raw: str) -> Row:
    """An incident with one alert is that alert; with several it counts once, by its own name."""
    listed = list(objects(event.get("alerts")))
    if len(listed) == 1:
        return alert(listed[0], raw, event)
    uid, name = said(event, "incidentId", "id"), said(event, "displayName", "incidentName")
    own = {
        "finding_info.uid": uid,
        "metadata.log_name": "incidents",
        "metadata.correlation_uid": uid,
        "message": said(event, "description", "summary") or name,
        **when(event, *TIMES),
    }
    if not listed:
        return {**activity(ClassUid.INCIDENT_FINDING, CREATE, product=PRODUCT), **own, "finding_info.title": name}
    found = {
        title: item
        for each in reversed(listed)
        for title, item in alert(each, raw, event).items()
        if item is not None and not title.startswith(("finding_info", "malware", "metadata"))
    }
    categories = kinds(*(each.get("category") for each in listed))
    summary = finding(name, categories, level(event.get("severity")), raw, DispositionId.DETECTED, rest(event, *KEPT))
    return {**found, **summary, "class_uid": int(ClassUid.INCIDENT_FINDING), **own}
