"""Lines whose columns are left out or moved say what those of a firewall say."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, UtmCategory
from hinomi.library.sources.paloalto_panos.mapping import normalize
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ClassUid, DispositionId

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15, 3, 30))
TIME = "2023-01-15T03:00:00.000000Z"
HEAD = "<14>1 2023-01-15T03:00:02.034Z stream-logfwd20-1-harness-x logforwarder - panwlogs - "
RULE = "89092ab0-606f-4c5a-b44c-c271420f3972"
SESSION = r"10.1.0.5,203.0.113.9,198.51.100.2,203.0.113.9,out,kojo\taro,,dns,vsys1,trust,untrust,tunnel.1,eth1,fwd"
PRISMA = {
    "end": f"TRAFFIC,end,10.0,{TIME},{SESSION},170172,1,50001,53,46254,53,udp,allow,235,89,146,2,{TIME},4,low-risk,"
    f"9091497,10.0.0.0-10.255.255.255,JP,11,1,aged-out,28,31,0,0,,gate,policy,,,0,,0,{TIME},N/A,0,0,0,0,{RULE},0,0",
    "spyware": f"THREAT,spyware,10.0,{TIME},{SESSION},170172,1,50001,53,46254,53,udp,drop,c2.example.org,"
    f"C2:c2.example.org(109010001),High,client-to-server,12,10.0.0.0-10.255.255.255,US,1,,,0,,,,,0,28,31,0,0,,gate,,,0,,"
    f"0,{TIME},N/A,dns-c2,0,0x0,{RULE},0",
    "url": f"THREAT,url,10.0,{TIME},{SESSION},170172,1,50001,443,46254,443,tcp,block-url,www.example.com/,games,"
    f"Informational,client to server,12,10.0.0.0-10.255.255.255,US,,0,0,,,,28,31,0,0,,gate,,,get,0,,0,{TIME},N/A,"
    f'unknown,0,0,,"games,low-risk",{RULE},0',
}


def one(line: str) -> dict:
    return schema.conform(normalize(line.encode(), CONTEXT).events.drop("line")).row(0, named=True)


@pytest.mark.parametrize("kind", PRISMA)
def test_prisma_access_leaves_columns_out(kind: str):
    row = one(f"{HEAD}{TIME},no-serial,{PRISMA[kind]}")

    assert (row["time"], row["src_endpoint.ip"], row["dst_endpoint.ip"]) == (
        datetime(2023, 1, 15, 3),
        "10.1.0.5",
        "203.0.113.9",
    )
    assert (row["src_endpoint.port"], row["user.name"], row["firewall_rule.name"]) == (50001, "taro", "out")
    assert (row["firewall_rule.uid"], row["dst_endpoint.location.country"]) in ((RULE, "JP"), (RULE, "US"))


def test_volumes_and_verdicts_of_prisma_access():
    end, spyware, url = (one(f"{HEAD}{TIME},no-serial,{line}") for line in PRISMA.values())

    assert (end["traffic.bytes_out"], end["traffic.packets_in"], end["status_detail"]) == (89, 1, "aged-out")
    assert (spyware["utm_category"], spyware["query.hostname"]) == (UtmCategory.CNC_CALLBACK, "c2.example.org")
    assert (spyware["finding_info.types"], spyware["disposition_id"]) == (["dns-c2"], DispositionId.DROPPED)
    assert (url["utm_category"], url["url.hostname"]) == (UtmCategory.URL_CATEGORY, "www.example.com")
    assert url["url.categories"] == ["games", "low-risk"]


@pytest.mark.parametrize("moved", ["11,0x0,GLOBALPROTECT,0", "GLOBALPROTECT,0", ",GLOBALPROTECT"])
def test_the_type_may_stand_further_right(moved: str):
    row = one(
        f"1,2023/01/15 12:00:00,0153,{moved},2305,2023/01/15 12:00:00,vsys1,gateway-auth,login,,,kojo\\taro,JP,pc-1,"
        '198.51.100.7,0.0.0.0,10.9.0.2,0.0.0.0,id,,5.1,Windows,"Windows 10 , 64-bit",1,,,"",success,,0,,0,gp'
    )

    assert (row["class_uid"], row["time"]) == (ClassUid.AUTHENTICATION, datetime(2023, 1, 15, 3))
    assert (row["user.name"], row["src_endpoint.ip"], row["src_endpoint.hostname"]) == ("taro", "198.51.100.7", "pc-1")


@pytest.mark.parametrize("details", ["", ",before { a; } ,after { b; } "])
def test_a_change_may_show_the_settings_before_and_after(details: str):
    row = one(
        "1,2023/01/15 12:00:00,0017,CONFIG,0,0,2023/01/15 12:00:00,10.0.0.5,,set,admin,Web,Succeeded,vsys vsys1"
        f"{details},5481,0x8000000000000000,0,0,0,0,,gate,0,"
    )

    assert (row["device.hostname"], row["actor.user.name"], row["src_endpoint.ip"]) == ("gate", "admin", "10.0.0.5")


def test_the_first_column_may_be_empty():
    row = one("<10>1 2023-01-15T03:00:00Z gate - - - - ,2023/01/15 12:00:00,0017,FUTURE,x,,2023/01/15 12:00:00,a")

    assert (row["class_uid"], row["time"]) == (ClassUid.BASE_EVENT, datetime(2023, 1, 15, 3))


@given(st.sampled_from(sorted(PRISMA)), st.integers(0, 400))
def test_a_line_cut_anywhere_leaves_an_event_or_a_reject(kind: str, at: int):
    line = f"{HEAD}{TIME},no-serial,{PRISMA[kind]}"[: len(HEAD) + at]
    result = normalize(line.encode(), CONTEXT)

    assert result.records == result.events.height + len(result.rejects)
    schema.conform(result.events.drop("line"))
