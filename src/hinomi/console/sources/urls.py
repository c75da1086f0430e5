from django.urls import path

from hinomi.console.sources import views

urlpatterns = [path("sources/", views.index, name="sources")]
