from django.urls import path

from hinomi.console.suppressions import views

urlpatterns = [
    path("suppressions/", views.index, name="suppressions"),
    path("suppressions/<slug:uid>/end/", views.end, name="suppressions-end"),
    path("suppressions/new/<slug:tenant_uid>/<path:uid>/", views.new, name="suppressions-new"),
]
