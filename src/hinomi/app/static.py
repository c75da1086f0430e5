"""Stylesheets, scripts and fonts, straight from the installed packages: nothing is collected or copied."""

from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]  # WhiteNoise carries no types
    """WhiteNoise that answers with whole files: Django under ASGI reads a stream of theirs whole anyway, and warns."""

    packaged: ClassVar[dict[str, StaticFile]] = {}

    def add_files_from_finders(self) -> None:
        """Look for them once a process, however many handlers it makes."""
        if not self.packaged:
            super().add_files_from_finders()
            self.packaged.update(self.files)
        self.files.update(self.packaged)

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        found = static_file.get_response(request.method, request.META)
        body = b""
        if found.file is not None:
            with found.file:
                body = found.file.read()
        return HttpResponse(body, status=int(found.status), headers=dict(found.headers))
