from django.urls import path

from hinomi.console.company import views

urlpatterns = [
    path("tenants/<str:uid>/", views.index, name="company"),
    path("watch/", views.watch, name="watch"),
]
