from django.urls import path

from hinomi.console.expert import views

urlpatterns = [
    path("expert/", views.index, name="expert"),
    path("expert/decide/", views.decide, name="expert-decide"),
]
