from django.apps import AppConfig


class ExpertConfig(AppConfig):
    name = "hinomi.incidents.expert"
    label = "expert"
    default_auto_field = "django.db.models.BigAutoField"
