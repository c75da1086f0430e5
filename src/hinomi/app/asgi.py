"""The console as an ASGI application, for ``uvicorn hinomi.app.asgi:application``."""

from django.core.asgi import get_asgi_application

from hinomi.app.data import open_desk

open_desk()
application = get_asgi_application()
