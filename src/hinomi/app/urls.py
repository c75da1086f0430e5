"""Addresses of the console: every page folder that has a ``urls.py``; a new page touches no list."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

PAGES = sorted(file.parent.name for file in settings.CONSOLE.glob("*/urls.py"))

handler500 = "hinomi.app.failures.server_error"

urlpatterns = [
    path("language/", login_not_required(set_language), name="set_language"),
    *(path("", include(f"hinomi.console.{page}.urls")) for page in PAGES),
]
