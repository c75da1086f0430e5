from django.urls import path

from hinomi.console.sensors import views

urlpatterns = [path("sensors/", views.index, name="sensors")]
