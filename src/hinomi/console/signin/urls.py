from django.urls import path

from hinomi.console.signin import oidc, passkey, views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/link/<str:token>", views.link, name="sign-in-link"),
    path("sign-in/second/", views.second, name="sign-in-second"),
    path("sign-in/passkey/options", passkey.options, name="sign-in-passkey-options"),
    path("sign-in/passkey/", passkey.sign_in, name="sign-in-passkey"),
    path("sign-in/with/<slug:name>/", oidc.begin, name="sign-in-oidc"),
    path("sign-in/with/<slug:name>/back", oidc.back, name="sign-in-oidc-back"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("healthz", views.health, name="health"),
]
