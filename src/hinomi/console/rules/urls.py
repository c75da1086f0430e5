from django.urls import path

from hinomi.console.rules import trials, views

urlpatterns = [
    path("rules/", views.index, name="rules"),
    path("rules/pack/", views.switch_pack, name="rules-pack"),
    path("rules/try/", trials.try_rule, name="rules-try"),
    path("rules/trials/<slug:uid>/", trials.result, name="rules-trial"),
    path("rules/trials/<slug:uid>/cancel/", trials.cancel, name="rules-trial-cancel"),
    path("rules/trials/<slug:uid>/adopt/", trials.adopt, name="rules-trial-adopt"),
    path("rules/rule/<str:rule>/", views.detail, name="rules-detail"),
    path("rules/rule/<str:rule>/switch/", views.switch, name="rules-switch"),
    path("rules/rule/<str:rule>/retro/", views.retro, name="rules-retro"),
]
