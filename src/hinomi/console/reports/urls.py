from django.urls import path

from hinomi.console.reports import views

urlpatterns = [
    path("reports/", views.index, name="reports"),
    path("reports/<str:tenant_uid>/<str:month>.pdf", views.pdf, name="reports-pdf"),
    path("reports/<str:tenant_uid>/<str:month>.xlsx", views.xlsx, name="reports-xlsx"),
]
