from django.urls import path

from hinomi.console.rejects import views

urlpatterns = [
    path("rejects/", views.index, name="rejects"),
    path("rejects/<str:source>/<str:reason>/", views.examples, name="rejects-examples"),
]
