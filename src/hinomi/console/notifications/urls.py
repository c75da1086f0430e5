from django.urls import path

from hinomi.console.notifications import acknowledge, calling, outbox, views

urlpatterns = [
    path("notifications/", views.index, name="notifications"),
    path("notifications/outbox/", outbox.index, name="notifications-outbox"),
    path("notifications/outbox/<int:pk>/retry/", outbox.retry, name="notifications-retry"),
    path("notifications/call/<str:uid>/", calling.call, name="notifications-call"),
    path("notifications/of/<str:tenant_uid>/preferences/", views.preferences, name="notifications-preferences"),
    path("notifications/of/<str:tenant_uid>/new/<slug:channel>/", views.new, name="notifications-new"),
    path("notifications/of/<str:tenant_uid>/<str:who>/", views.contact, name="notifications-contact"),
    path("ack/<str:token>", acknowledge.acknowledge, name="acknowledge"),
]
