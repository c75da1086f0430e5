"""Django's settings: everything from the environment and the data folder. Importing this writes nothing.

HINOMI_DATA_DIR (``./data``), HINOMI_DATABASE_URL (SQLite in the data folder), HINOMI_BASE_URL
(``http://127.0.0.1:8080``), HINOMI_ALLOWED_HOSTS (comma separated; the base URL's host and the loopback),
HINOMI_DEBUG (0), HINOMI_SMTP_URL (no mail is sent), HINOMI_CENTRE_CONTACT (how mails say the monitoring centre is
reached), HINOMI_ALLOW_PRIVATE_WEBHOOKS (0), HINOMI_REQUIRE_SECOND_FACTOR (1: staff must have one),
HINOMI_SESSION_IDLE_MINUTES (60),
HINOMI_SESSION_HOURS (12), HINOMI_TRUSTED_PROXIES (none in front),
HINOMI_OIDC_* (nobody else signs our people in; see :mod:`hinomi.app.providers`).
:func:`hinomi.app.data.open_desk` makes the folder, the secret key and the tables.
"""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.core.management.utils import get_random_secret_key

from hinomi.app.database import database
from hinomi.app.providers import signers
from hinomi.app.proxies import networks

PACKAGE = Path(__file__).parents[1]
CONSOLE = PACKAGE / "console"
NODE_MODULES = PACKAGE.parents[1] / "node_modules"

DATA_DIR = Path(os.environ.get("HINOMI_DATA_DIR") or "data").absolute()
BASE_URL = os.environ.get("HINOMI_BASE_URL", "http://127.0.0.1:8080").rstrip("/")
DEBUG = os.environ.get("HINOMI_DEBUG", "0") == "1"

SECRET_KEY_FILE = DATA_DIR / "secret.key"
# Until open_desk has made the file nothing is signed that must outlive this process.
SECRET_KEY = SECRET_KEY_FILE.read_text("ascii") if SECRET_KEY_FILE.exists() else get_random_secret_key()

DATABASES = {"default": database(os.environ.get("HINOMI_DATABASE_URL", ""), DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "hinomi.tenants",
    "hinomi.incidents",
    "hinomi.incidents.review",
    "hinomi.incidents.expert",
    "hinomi.incidents.consult",
    "hinomi.assess",
    "hinomi.deliver.notify",
    "hinomi.console",
]
MIDDLEWARE = [
    "hinomi.app.proxies.ClientAddress",
    "django.middleware.security.SecurityMiddleware",
    "hinomi.app.headers.ContentSecurityPolicy",
    "hinomi.app.static.StaticFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "hinomi.console.account.guard.SessionGuard",
    # A page is closed to strangers unless its view says @login_not_required.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "hinomi.app.urls"
ASGI_APPLICATION = "hinomi.app.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [*sorted(CONSOLE.glob("*/templates")), PACKAGE / "app" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

AUTH_USER_MODEL = "tenants.User"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "/"
OIDC_PROVIDERS = signers(os.environ)
REQUIRE_SECOND_FACTOR = os.environ.get("HINOMI_REQUIRE_SECOND_FACTOR", "1") != "0"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "hinomi.tenants.password_rules.GuessablePassword"},
]

# "SECRET" in its name keeps Django's page for faults from showing the password in it.
SMTP_SECRET_URL = os.environ.get("HINOMI_SMTP_URL", "")
CENTRE_CONTACT = os.environ.get("HINOMI_CENTRE_CONTACT", "")
# What an hour of an analyst costs who employs one. Assumed: 8 million yen a year, all told, over 1,600 hours.
ANALYST_YEN_PER_HOUR = int(os.environ.get("HINOMI_ANALYST_YEN_PER_HOUR") or 5_000)
# For a deployment on a network of its own: chats and webhooks may then be at private addresses, and without TLS.
ALLOW_PRIVATE_WEBHOOKS = os.environ.get("HINOMI_ALLOW_PRIVATE_WEBHOOKS", "0") == "1"

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
LOCALE_PATHS = [CONSOLE / "shell" / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [
    directory
    for directory in (
        ("", CONSOLE / "shell" / "static"),
        ("vendor/htmx", NODE_MODULES / "htmx.org" / "dist"),
        ("vendor/vega", NODE_MODULES / "vega" / "build"),
        ("vendor/vega-lite", NODE_MODULES / "vega-lite" / "build"),
        ("vendor/vega-embed", NODE_MODULES / "vega-embed" / "build"),
        ("vendor/vega-interpreter", NODE_MODULES / "vega-interpreter" / "build"),
        ("vendor/design-tokens", NODE_MODULES / "@digital-go-jp" / "design-tokens" / "dist"),
        ("vendor/noto-sans-jp", NODE_MODULES / "@fontsource-variable" / "noto-sans-jp"),
    )
    if directory[1].is_dir()
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 300

ALLOWED_HOSTS = [host.strip() for host in os.environ.get("HINOMI_ALLOWED_HOSTS", "").split(",") if host.strip()] or [
    urlsplit(BASE_URL).hostname or "",
    "127.0.0.1",
    "localhost",
    "[::1]",
]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
TRUSTED_PROXIES = networks(os.environ.get("HINOMI_TRUSTED_PROXIES", ""))
SESSION_IDLE = timedelta(minutes=float(os.environ.get("HINOMI_SESSION_IDLE_MINUTES") or 60))
SESSION_LONGEST = timedelta(hours=float(os.environ.get("HINOMI_SESSION_HOURS") or 12))
SESSION_COOKIE_AGE = int(SESSION_LONGEST.total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
IS_HTTPS = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_HTTPS
if IS_HTTPS:  # browsers keep __Host- cookies from other names of the domain, and from http (RFC 6265bis, 4.1.3.2)
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = "__Host-session", "__Host-csrf", "__Host-language"
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
