from django.urls import path

from hinomi.console.incidents import questions, views

urlpatterns = [
    path("incidents/", views.index, name="incidents"),
    path("incidents/<str:uid>/", views.detail, name="incidents-detail"),
    path("incidents/<str:uid>/questions/", questions.ask, name="incidents-questions"),
    path("incidents/<str:uid>/status/", views.set_status, name="incidents-status"),
    path("incidents/<str:uid>/assignee/", views.assign, name="incidents-assign"),
    path("incidents/<str:uid>/notes/", views.add_note, name="incidents-note"),
    path("incidents/<str:uid>/split/", views.split, name="incidents-split"),
    path("incidents/<str:uid>/merge/", views.merge, name="incidents-merge"),
]
