"""What the cloud mail security exports of a mail."""

from hinomi.demo.batch import csv_line
from hinomi.demo.mail import COLUMNS
from hinomi.demo.planted.happening import Happening, Mailed
from hinomi.demo.planted.witness.moment import Moment


def lines(what: Happening, at: Moment) -> list[str]:
    if not isinstance(what, Mailed):
        return []
    verdict = "検出なし" if not what.threat else "Webレピュテーション" if what.link else "不正プログラム検索"
    values = {
        "受信日時": f"{at.japan:%Y/%m/%d %H:%M:%S}",
        "メッセージID": f"<{at.number:08x}@{what.sender.partition('@')[2]}>",
        "送信者": what.sender,
        "送信元IP": what.address,
        "受信者": what.reader.mail,
        "件名": what.subject,
        "サイズ": str(20_000 + at.number % 900_000),
        "判定": verdict,
        "検出名": what.threat,
        "添付ファイル名": what.attachment,
        "URL": what.link,
        "処理": "隔離" if what.kept else "配送",
    }
    return [csv_line(COLUMNS, values)]
