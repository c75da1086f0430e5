"""What was talked about: web, names, mail, files."""

import polars as pl

from hinomi.library.formats.mime import decoded
from hinomi.library.formats.shapes import Expressions, cell, has
from hinomi.library.formats.views import listed
from hinomi.library.sources.fortinet_fortigate.logtype import is_type

SHA256 = r"^[0-9a-fA-F]{64}$"

URL, HOST, SERVICE, PORT, CATEGORY = "@url", "@url's host", "@url's service", "@url's port", "@url's category"
FILE, DIGEST, OTHER_DIGEST, SIZE = "@file", "@file's digest", "@file's other digest", "@file's size"
ANSWERS, RECIPIENTS, SUBJECT = "@answers", "@recipients", "@subject"
WEB = (URL, HOST, SERVICE, PORT, CATEGORY)
MAIL = ("email.from", RECIPIENTS, SUBJECT)
FILES = (FILE, DIGEST, OTHER_DIGEST, SIZE)
COPIED = ("http_request.user_agent", "query.hostname", "query.type")


def decided() -> Expressions:
    """OCSF ``http_request`` and ``http_response``."""
    rest = pl.when(is_type("event", "rest-api"))
    return {
        "http_request.http_method": pl.coalesce("httpmethod", rest.then("method")).str.to_uppercase(),
        "http_response.code": rest.then(pl.col("status").cast(pl.Int32, strict=False)),
    }


def chosen() -> Expressions:
    mail = pl.when(is_type("utm", "emailfilter", "virus", "dlp", "file-filter"))
    url = pl.when(has("url"))
    return {
        URL: cell("url"),
        HOST: pl.when(~is_type("event").fill_null(value=False)).then(cell("hostname")),
        SERVICE: url.then(cell("service")),
        PORT: url.then(cell("dstport")),
        CATEGORY: cell("catdesc"),
        "http_request.user_agent": cell("agent"),
        "query.hostname": cell("qname"),
        "query.type": cell("qtype"),
        ANSWERS: pl.when(is_type("utm", "dns")).then(cell("ipaddr")),
        "email.from": mail.then(pl.coalesce(cell("from"), cell("sender"))),
        RECIPIENTS: mail.then(pl.coalesce(cell("to"), cell("recipient"))),
        SUBJECT: mail.then(cell("subject")),
        FILE: cell("filename"),
        DIGEST: cell("filehash"),
        OTHER_DIGEST: cell("analyticscksum"),
        SIZE: cell("filesize"),
    }


def web(cells: pl.DataFrame) -> pl.DataFrame:
    """OCSF ``url``; FortiOS writes it whole, or as a path beside ``hostname``."""
    url, host = pl.col(URL), pl.col(HOST)
    path = url.str.starts_with("/")
    secure = pl.col(SERVICE).is_in(["HTTPS", "SSL"]) | (pl.col(PORT) == "443")
    scheme = pl.when(secure).then(pl.lit("https://")).otherwise(pl.lit("http://"))
    return cells.select(
        pl.when(path & host.is_not_null()).then(scheme + host + url).otherwise(url).alias("url.url_string"),
        host.alias("url.hostname"),
        pl.when(path).then(url).alias("url.path"),
        listed(cells[CATEGORY]).alias("url.categories"),
    )


def answers(cells: pl.DataFrame) -> pl.DataFrame:
    return cells.select(pl.col(ANSWERS).str.split(", ").alias("answers"))


def mail(cells: pl.DataFrame) -> pl.DataFrame:
    """OCSF ``email``; antivirus logs of mail carry it too."""
    return cells.select(
        "email.from",
        pl.col(RECIPIENTS).str.replace_all(" ", "").str.split(",").alias("email.to"),
        decoded(pl.col(SUBJECT)).alias("email.subject"),
    )


def files(cells: pl.DataFrame) -> pl.DataFrame:
    name = pl.col(FILE)

    def sha256(digest: str) -> pl.Expr:
        return pl.when(pl.col(digest).str.contains(SHA256)).then(digest)

    return cells.select(
        name.str.extract(r"([^\\/]+)$").alias("file.name"),
        pl.when(name.str.contains(r"[\\/]")).then(name).alias("file.path"),
        pl.col(SIZE).cast(pl.Int64, strict=False).alias("file.size"),
        pl.coalesce(sha256(DIGEST), sha256(OTHER_DIGEST)).str.to_lowercase().alias("file.hashes.sha256"),
    )
