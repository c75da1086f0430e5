from django.urls import path

from hinomi.console.signin import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/link/<str:token>", views.link, name="sign-in-link"),
    path("password/", views.password, name="password"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("healthz", views.health, name="health"),
]
