from django.urls import path

from hinomi.console.account import passkeys, totp, views

urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/setup/", views.setup, name="account-setup"),
    path("account/app/", totp.app, name="account-app"),
    path("account/app/remove", totp.remove, name="account-app-remove"),
    path("account/recovery/", totp.recovery_codes, name="account-recovery"),
    path("account/passkeys/options", passkeys.options, name="account-passkeys-options"),
    path("account/passkeys/add", passkeys.add, name="account-passkeys-add"),
    path("account/passkeys/<int:key>/remove", passkeys.remove, name="account-passkeys-remove"),
    path("account/sessions/end", views.end_sessions, name="account-sessions-end"),
    path("account/identities/<int:key>/unlink", views.unlink, name="account-identities-unlink"),
    path("password/", views.password, name="password"),
]
