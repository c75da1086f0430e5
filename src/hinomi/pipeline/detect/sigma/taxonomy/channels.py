"""Windows event log channels behind Sigma's log sources.

Source: Sigma's taxonomy ("Log Sources"), Microsoft's event log names, and the Sysmon manual (event ids).
"""

from typing import Final

SYSMON: Final = "microsoft-windows-sysmon/operational"
SECURITY: Final = "security"
POWERSHELL: Final = ("microsoft-windows-powershell/operational", "powershellcore/operational")
POWERSHELL_CLASSIC: Final = ("windows powershell",)

SYSMON_EVENTS: Final[dict[str, tuple[int, ...]]] = {
    "process_creation": (1,),
    "file_change": (2,),
    "network_connection": (3,),
    "sysmon_status": (4, 16),
    "process_termination": (5,),
    "driver_load": (6,),
    "image_load": (7,),
    "create_remote_thread": (8,),
    "raw_access_thread": (9,),
    "raw_access_read": (9,),
    "process_access": (10,),
    "file_event": (11,),
    "registry_add": (12,),
    "registry_delete": (12,),
    "registry_set": (13,),
    "registry_rename": (14,),
    "registry_event": (12, 13, 14),
    "create_stream_hash": (15,),
    "pipe_created": (17, 18),
    "wmi_event": (19, 20, 21),
    "dns_query": (22,),
    "file_delete": (23, 26),
    "clipboard_capture": (24,),
    "process_tampering": (25,),
    "file_block_executable": (27,),
    "file_block_shredding": (28,),
    "file_executable_detected": (29,),
    "sysmon_error": (255,),
}

OTHER_EVENTS: Final[dict[str, tuple[tuple[tuple[str, ...], int], ...]]] = {
    "process_creation": (((SECURITY,), 4688),),
    "ps_module": ((POWERSHELL, 4103),),
    "ps_script": ((POWERSHELL, 4104),),
    "ps_classic_start": ((POWERSHELL_CLASSIC, 400),),
    "ps_classic_provider_start": ((POWERSHELL_CLASSIC, 600),),
    "ps_classic_script": ((POWERSHELL_CLASSIC, 800),),
}

SERVICES: Final[dict[str, tuple[str, ...]]] = {
    "security": (SECURITY,),
    "system": ("system",),
    "application": ("application",),
    "sysmon": (SYSMON,),
    "powershell": POWERSHELL,
    "powershell-classic": POWERSHELL_CLASSIC,
    "windefend": ("microsoft-windows-windows defender/operational",),
    "taskscheduler": ("microsoft-windows-taskscheduler/operational",),
    "applocker": (
        "microsoft-windows-applocker/exe and dll",
        "microsoft-windows-applocker/msi and script",
        "microsoft-windows-applocker/packaged app-deployment",
        "microsoft-windows-applocker/packaged app-execution",
    ),
    "appmodel-runtime": ("microsoft-windows-appmodel-runtime/admin",),
    "appxdeployment-server": ("microsoft-windows-appxdeploymentserver/operational",),
    "appxpackaging-om": ("microsoft-windows-appxpackaging/operational",),
    "bits-client": ("microsoft-windows-bits-client/operational",),
    "capi2": ("microsoft-windows-capi2/operational",),
    "certificateservicesclient-lifecycle-system": (
        "microsoft-windows-certificateservicesclient-lifecycle-system/operational",
    ),
    "codeintegrity-operational": ("microsoft-windows-codeintegrity/operational",),
    "dhcp": ("microsoft-windows-dhcp-server/operational",),
    "diagnosis-scripted": ("microsoft-windows-diagnosis-scripted/operational",),
    "dns-client": ("microsoft-windows-dns client events/operational",),
    "dns-server": ("dns server",),
    "dns-server-analytic": ("microsoft-windows-dns-server/analytical", "microsoft-windows-dnsserver/analytical"),
    "driver-framework": ("microsoft-windows-driverframeworks-usermode/operational",),
    "firewall-as": ("microsoft-windows-windows firewall with advanced security/firewall",),
    "hyper-v-worker": ("microsoft-windows-hyper-v-worker-admin",),
    "iis-configuration": ("microsoft-iis-configuration/operational", "microsoft-iis-configuration/administrative"),
    "kernel-event-tracing": ("microsoft-windows-kernel-eventtracing/admin",),
    "ldap": ("microsoft-windows-ldap-client/debug",),
    "ldap_debug": ("microsoft-windows-ldap-client/debug",),
    "lsa-server": ("microsoft-windows-lsa/operational",),
    "microsoft-servicebus-client": ("microsoft-servicebus-client/admin", "microsoft-servicebus-client/operational"),
    "msexchange-management": ("msexchange management",),
    "ntfs": ("microsoft-windows-ntfs/operational",),
    "ntlm": ("microsoft-windows-ntlm/operational",),
    "openssh": ("openssh/operational",),
    "printservice-admin": ("microsoft-windows-printservice/admin",),
    "printservice-operational": ("microsoft-windows-printservice/operational",),
    "security-mitigations": (
        "microsoft-windows-security-mitigations/kernelmode",
        "microsoft-windows-security-mitigations/usermode",
        "microsoft-windows-security-mitigations/kernel mode",
        "microsoft-windows-security-mitigations/user mode",
    ),
    "sense": ("microsoft-windows-sense/operational",),
    "shell-core": ("microsoft-windows-shell-core/operational",),
    "smbclient-connectivity": ("microsoft-windows-smbclient/connectivity",),
    "smbclient-security": ("microsoft-windows-smbclient/security",),
    "smbserver-connectivity": ("microsoft-windows-smbserver/connectivity",),
    "terminalservices-localsessionmanager": ("microsoft-windows-terminalservices-localsessionmanager/operational",),
    "vhdmp": ("microsoft-windows-vhdmp/operational",),
    "wmi": ("microsoft-windows-wmi-activity/operational",),
}
