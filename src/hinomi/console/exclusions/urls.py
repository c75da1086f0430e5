from django.urls import path

from hinomi.console.exclusions import views

urlpatterns = [
    path("exclusions/", views.index, name="exclusions"),
    path("exclusions/decide/", views.decide, name="exclusions-decide"),
    path("exclusions/new/<slug:tenant_uid>/<path:uid>/", views.new, name="exclusions-new"),
]
