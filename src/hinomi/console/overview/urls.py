from django.urls import path

from hinomi.console.overview import views

urlpatterns = [path("", views.index, name="overview")]
