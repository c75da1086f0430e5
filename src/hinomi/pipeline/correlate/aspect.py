"""What a finding is in a story, in one word: the key of an advice card."""

from functools import cache
from typing import Final

import polars as pl

from hinomi.library import catalog
from hinomi.library.contracts import Kind, UtmCategory
from hinomi.ocsf.classes import RANSOMWARE, ActionId, AnalyticTypeId, ClassUid, DispositionId
from hinomi.ocsf.inside import is_inside

BY_CATEGORY: Final = {
    UtmCategory.MALWARE: "malware",
    UtmCategory.IPS: "intrusion",
    UtmCategory.MALICIOUS_SITE: "malicious_site",
    UtmCategory.SPAM: "spam",
    UtmCategory.RANSOMWARE: "ransomware",
    UtmCategory.CNC_CALLBACK: "cnc_callback",
    UtmCategory.FORBIDDEN_APPLICATION: "forbidden_application",
    UtmCategory.URL_CATEGORY: "url_category",
}
BY_TYPE: Final = {
    "アプリがOSコマンド実行": "process_behaviour",
    "アプリから別アプリを起動": "process_behaviour",
    "アプリがファイル生成": "process_behaviour",
    "Microsoft Defenderによる検知": "defender_detection",
    "不審なOSコマンド実行": "suspicious_command",
    "アドウェア": "adware",
    "未登録アプリケーション": "unregistered_application",
    "スパムメール対策": "spam",
    "不正プログラム検索": "mail_malware",
    "Webレピュテーション": "mail_phishing",
}
"""The study's words for what EDR and mail security found (survey report, section 6.2)."""
BY_TECHNIQUE: Final = {
    "T1486": "ransomware",
    "T1490": "ransomware",
    "T1071": "cnc_callback",
    "T1219": "remote_control_tool",
}
STOPPED: Final = (
    DispositionId.BLOCKED,
    DispositionId.QUARANTINED,
    DispositionId.DELETED,
    DispositionId.DROPPED,
    DispositionId.CORRECTED,
    DispositionId.RESET,
    DispositionId.REJECTED,
)


@cache
def kinds() -> dict[str, str]:
    """Sources by name to the kind of sensor."""
    return {name: manifest.kind.value for name, manifest in catalog.manifests().items()}


def kind_of_sensor() -> pl.Expr:
    return pl.col("source").replace_strict(kinds(), default="", return_dtype=pl.String).fill_null("")


def aspect() -> pl.Expr:
    """The advice card's key that fits a finding; never null."""
    kind, first_type = kind_of_sensor(), pl.col("finding_info.types").list.first()
    advised = pl.when(is_ours() & first_type.is_in(list(catalog.cards()))).then(first_type)
    ransomware = pl.when(pl.col("malware.classification_ids").list.contains(RANSOMWARE)).then(pl.lit("ransomware"))
    web = pl.when(kind == Kind.WAF.value).then(pl.lit("web_attack"))
    mail = pl.when(pl.col("class_uid") == int(ClassUid.EMAIL_ACTIVITY)).then(pl.lit("spam"))
    malware = pl.when(pl.col("malware.name").is_not_null()).then(pl.lit("malware"))
    endpoint = pl.when(kind.is_in([Kind.EDR.value, Kind.ENDPOINT.value])).then(pl.lit("process_behaviour"))
    return pl.coalesce(
        advised,
        among(pl.col("utm_category"), {str(category): key for category, key in BY_CATEGORY.items()}),
        ransomware,
        web,
        among(first_type, BY_TYPE),
        mail,
        by_technique(),
        malware,
        endpoint,
        pl.lit("intrusion"),
    )


def is_ours() -> pl.Expr:
    """Noticed by us: a rule, a behaviour, a statistic; all others are a sensor's own verdicts."""
    return (pl.col("finding_info.analytic.type_id") != int(AnalyticTypeId.VENDOR)).fill_null(False)


def among(value: pl.Expr, words: dict[str, str]) -> pl.Expr:
    return value.replace_strict(words, default=None, return_dtype=pl.String)


def by_technique() -> pl.Expr:
    main = pl.col("finding_info.attacks.technique.uid").list.eval(pl.element().str.slice(0, 5))
    return pl.coalesce(
        pl.when(main.list.contains(technique)).then(pl.lit(key)) for technique, key in BY_TECHNIQUE.items()
    )


def is_stopped() -> pl.Expr:
    """The sensor prevented what it saw."""
    blocked = pl.col("disposition_id").is_in([int(disposition) for disposition in STOPPED])
    return (blocked | (pl.col("action_id") == int(ActionId.DENIED))).fill_null(False)


def inside_address() -> pl.Expr:
    """The company's own address in a finding: the device's, else the source's, else the destination's."""
    return pl.coalesce(
        "device.ip",
        pl.when(is_inside("src_endpoint.ip")).then("src_endpoint.ip"),
        pl.when(is_inside("dst_endpoint.ip")).then("dst_endpoint.ip"),
    )


def outside_address() -> pl.Expr:
    """The other end's address in a finding, where it is not the company's own: whom it turned to, else who came."""
    return pl.coalesce(
        pl.when(is_outside("dst_endpoint.ip")).then("dst_endpoint.ip"),
        pl.when(is_outside("src_endpoint.ip")).then("src_endpoint.ip"),
    )


def is_outside(column: str) -> pl.Expr:
    return ~is_inside(column) & pl.col(column).is_not_null()
