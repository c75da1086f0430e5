from django.urls import path

from hinomi.console.tokens import views

urlpatterns = [
    path("tokens/", views.index, name="tokens"),
    path("tokens/new/", views.new, name="tokens-new"),
    path("tokens/<int:number>/revoke/", views.revoke, name="tokens-revoke"),
]
