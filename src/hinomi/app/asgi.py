"""Console and HTTP intake as one ASGI application, for ``uvicorn hinomi.app.asgi:application``."""

from django.core.asgi import get_asgi_application

from hinomi.app.data import open_desk
from hinomi.app.ingest import beside

data_dir = open_desk()
application = beside(get_asgi_application(), data_dir)
