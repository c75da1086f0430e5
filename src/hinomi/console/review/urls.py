from django.urls import path

from hinomi.console.review import views

urlpatterns = [
    path("review/", views.index, name="review"),
    path("review/decisions/", views.decisions, name="review-decisions"),
    path("review/decisions/<slug:uid>/end/", views.end, name="review-end"),
    path("review/effort/", views.effort, name="review-effort"),
    path("review/<slug:key>/", views.detail, name="review-cluster"),
    path("review/<slug:key>/decide/", views.decide, name="review-decide"),
    path("review/<slug:key>/beat/", views.beat, name="review-beat"),
]
