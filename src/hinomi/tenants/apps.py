from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out


class TenantsConfig(AppConfig):
    name = "hinomi.tenants"
    label = "tenants"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hinomi.tenants import visits

        user_logged_in.connect(visits.note_sign_in, dispatch_uid="hinomi.visit")
        user_logged_out.connect(visits.note_sign_out, dispatch_uid="hinomi.visit")
