from django.urls import path

from hinomi.console.consult import asking, views

urlpatterns = [
    path("consult/", views.index, name="consult"),
    path("consult/new/", views.new, name="consult-new"),
    path("consult/<int:pk>/", views.thread, name="consult-thread"),
    path("consult/<int:pk>/note/", views.note, name="consult-note"),
    path("consult/<int:pk>/close/", views.close, name="consult-close"),
    path("consult/<int:pk>/take/", views.take, name="consult-take"),
    path("consult/attachments/<int:pk>/", views.attachment, name="consult-attachment"),
    path("consult/inquiries/<str:uid>/new/", asking.inquire, name="consult-inquire"),
    path("consult/inquiries/<int:pk>/", asking.reply, name="consult-reply"),
    path("consult/inquiries/<int:pk>/withdraw/", asking.withdraw, name="consult-withdraw"),
    path("consult/steps/<str:uid>/", asking.step, name="consult-step"),
]
