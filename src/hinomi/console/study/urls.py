from django.urls import path

from hinomi.console.study import views

urlpatterns = [
    path("study/", views.index, name="study"),
    path("study/<str:name>.json", views.table_json, name="study-json"),
]
