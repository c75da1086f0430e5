from django.urls import path

from hinomi.console.people import views

urlpatterns = [
    path("people/", views.index, name="people"),
    path("people/invite/", views.invite, name="people-invite"),
    path("people/<int:key>/", views.detail, name="people-detail"),
    path("people/<int:key>/act", views.act, name="people-act"),
    path("people/<int:key>/grant", views.grant, name="people-grant"),
    path("people/<int:key>/withdraw", views.withdraw, name="people-withdraw"),
    path("people/second-factor/<str:uid>", views.second_factor, name="people-second-factor"),
]
