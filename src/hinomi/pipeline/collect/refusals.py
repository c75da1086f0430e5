"""Why a request to send was refused, as the sender is told (RFC 9457); each says what to do."""

import json


class Refused(Exception):
    """Nothing of the request was taken. ``status`` is HTTP's; ``headers`` go with the answer."""

    status = 400
    title = "Bad Request"

    def __init__(self, detail: str, **headers: str) -> None:
        super().__init__(detail)
        self.detail = detail
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def body(self) -> bytes:
        """The answer as ``application/problem+json``."""
        problem = {"type": "about:blank", "title": self.title, "status": self.status, "detail": self.detail}
        return json.dumps(problem, ensure_ascii=False).encode()


class BadBody(Refused):
    """What was sent is not what its headers say, or is empty."""


class Unknown(Refused):
    status, title = 401, "Unauthorized"

    def __init__(self) -> None:
        super().__init__(
            "このトークンでは、ここへ送れません。アドレスの最後の名前とトークンを確かめてください。"
            "トークンは hinomi sensor token で作ります "
            "(this token may not send here: check the name at the end of the address, and the token).",
            www_authenticate='Bearer realm="hinomi", Basic realm="hinomi"',
        )


class NotHere(Refused):
    status, title = 404, "Not Found"

    def __init__(self) -> None:
        super().__init__("ここには何もありません。送り先は /ingest/センサー名 です (send to /ingest/SENSOR).")


class OnlyPost(Refused):
    status, title = 405, "Method Not Allowed"

    def __init__(self) -> None:
        super().__init__("POST で送ってください (send with POST).", allow="POST")


class TooSlow(Refused):
    status, title = 408, "Request Timeout"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"{seconds:.0f} 秒以内に送り終えてください。小さく分けると届きます (took too long: send smaller parts).",
            connection="close",
        )


class NoLength(Refused):
    status, title = 411, "Length Required"

    def __init__(self) -> None:
        super().__init__("Content-Length か Transfer-Encoding: chunked が要ります (say how long the body is).")


class TooLarge(Refused):
    status, title = 413, "Content Too Large"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"一度に送れるのは、展開して {most // 2**20} MiB までです。分けて送るか、ファイルなら hinomi import で"
            "取り込んでください (too large once unpacked: send parts, or import the file with hinomi import)."
        )


class Unsupported(Refused):
    status, title = 415, "Unsupported Media Type"


class KeyReused(Refused):
    status, title = 422, "Unprocessable Content"

    def __init__(self) -> None:
        super().__init__(
            "この Idempotency-Key では、別の内容を受け取り済みです。新しい内容には新しいキーを付けてください "
            "(this Idempotency-Key came with another body before: a new body needs a new key)."
        )


class TooManyWrong(Refused):
    status, title = 429, "Too Many Requests"

    def __init__(self, seconds: int) -> None:
        super().__init__(
            "正しくないトークンが続いています。トークンを直してから送ってください "
            "(too many wrong tokens from your address: correct the token).",
            retry_after=str(seconds),
        )


class Busy(Refused):
    """Not now: nothing was taken, and the sender may try the same again."""

    status, title = 503, "Service Unavailable"

    def __init__(self, why: str, seconds: int) -> None:
        super().__init__(
            f"{why}。少し待って、同じものを送り直してください (not now: wait and send the same again).",
            retry_after=str(seconds),
        )
