from django.urls import include, path
from django.urls.resolvers import URLPattern

from hinomi.console.api import views
from hinomi.console.api.service import api


def behind_doors() -> list[URLPattern]:
    """The API's own patterns: who may is asked by ``doors``, which answers 401 where a page leads to the sign-in."""
    patterns = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern) and pattern.name != "api-root"]
    for pattern in patterns:
        pattern.callback.login_required = False  # type: ignore[attr-defined]
    return patterns


urlpatterns = [
    path("api/", views.index, name="api"),
    path("api/v1/", include((behind_doors(), "api"), namespace="api")),
    path("api/<path:rest>", views.nowhere, name="api-nowhere"),
]
