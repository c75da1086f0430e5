from django.urls import path

from hinomi.console.events import views

urlpatterns = [
    path("events/", views.index, name="events"),
    path("events/<str:tenant_uid>/download.csv", views.download, name="events-download"),
    path("events/<str:tenant_uid>/<str:uid>/", views.detail, name="events-detail"),
]
