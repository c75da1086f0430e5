from django.urls import path

from hinomi.console.sources import views

urlpatterns = [
    path("sources/", views.index, name="sources"),
    path("sources/try/", views.try_lines, name="sources-try"),
    path("sources/register/", views.register, name="sources-register"),
    path("sources/<slug:name>/", views.detail, name="sources-detail"),
]
