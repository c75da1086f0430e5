"""Chatwork: a message in a room, over API v2 with a token. Sources: Chatwork API, "POST /rooms/{room_id}/messages"
(``body`` up to 65,535 characters, ``self_unread``) and "Chatwork message notation" (``[info]``, ``[title]``)."""

from datetime import datetime
from urllib.parse import quote, urlencode

from hinomi.library.contracts import Message, Request, Target

API = "https://api.chatwork.com/v2"
LONGEST = 20_000


def request(message: Message, target: Target, key: str, now: datetime) -> Request:
    """``target.address`` is the room's number, ``target.secret`` the token."""
    links = [
        f"{words}: {url}"
        for words, url in (("確認しました(押してください)", message.acknowledge), ("くわしく", message.link))
        if url
    ]
    text = "\n".join((plain(message.text)[:LONGEST], *links, f"番号 {key[:8]}"))
    body = f"[info][title]{plain(message.subject)}[/title]{text}[/info]"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-ChatWorkToken": target.secret}
    url = f"{API}/rooms/{quote(target.address, safe='')}/messages"
    return Request(url, headers, urlencode({"body": body, "self_unread": "1"}).encode())


def plain(text: str) -> str:
    """Nothing in it is Chatwork's notation, which addresses people and quotes; ``[.]`` of a defanged name stays."""
    return text.replace("[", "［").replace("]", "］").replace("［.］", "[.]").replace("［@］", "[@]")
