from django.urls import path

from hinomi.console.audit import views

urlpatterns = [
    path("audit/", views.index, name="audit"),
    path("audit/csv", views.download, name="audit-csv"),
]
