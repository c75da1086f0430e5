"""The browser runs our own files only: no inline script, no inline style, nothing from elsewhere; and what else an
answer says so that browsers keep others out.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
UNUSED = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "usb",
    "xr-spatial-tracking",
)
"""What a browser can do and no page of ours asks for."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": ", ".join(
        (
            *(f"{name}=()" for name in UNUSED),
            "publickey-credentials-create=(self)",
            "publickey-credentials-get=(self)",
        )
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
}
ONE_YEAR = 365 * 24 * 60 * 60


class ContentSecurityPolicy:
    """Sends them with every answer (W3C Content Security Policy Level 3, Permissions Policy; Fetch; RFC 6797)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.headers = dict(HEADERS)
        # Whether the console is reached by https is the deployment's word: a proxy in front may end TLS.
        if settings.BASE_URL.startswith("https://"):
            self.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}"

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        return response
