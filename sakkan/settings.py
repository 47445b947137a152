"""Settings, all from the environment, with defaults that run on one machine.

``SAKKAN_DATA`` (default ``var/``) holds database, blobs and runs; ``DATABASE_URL`` moves rows to PostgreSQL.
"""

from __future__ import annotations

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from core.rates import parse_rates

BASE_DIR = Path(__file__).resolve().parent.parent
SAKKAN_DATA = Path(os.environ.get("SAKKAN_DATA") or BASE_DIR / "var").resolve()


def _secret_key() -> str:
    """Read the key from the environment or from a private file made once beside the data."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    SAKKAN_DATA.mkdir(parents=True, exist_ok=True)
    path = SAKKAN_DATA / "secret_key"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(get_random_secret_key())
    except FileExistsError:
        pass
    return path.read_text()


def _flag(name: str, default: str) -> bool:
    return os.environ.get(name, default).lower() in {"1", "true", "yes", "on"}


def _database() -> dict[str, object]:
    for folder in ("db", "static"):
        (SAKKAN_DATA / folder).mkdir(parents=True, exist_ok=True)
    config: dict[str, object] = dict(
        dj_database_url.config(default=f"sqlite:///{SAKKAN_DATA / 'db' / 'sakkan.sqlite3'}", conn_max_age=60)
    )
    if "sqlite3" in str(config["ENGINE"]):
        pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;"
        config["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "init_command": pragmas, "timeout": 30}
    return config


def _rates() -> dict[str, float]:
    try:
        return parse_rates(os.environ.get("SAKKAN_DEVICE_RATES", ""))
    except ValueError as error:
        raise ImproperlyConfigured(f"SAKKAN_DEVICE_RATES: {error}") from None


SECRET_KEY = _secret_key()
DEBUG = _flag("SAKKAN_DEBUG", "0")
ALLOWED_HOSTS = os.environ.get("SAKKAN_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("SAKKAN_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "core",
    "datasets",
    "annotation",
    "active_learning",
    "sakkan",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.TokenMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.middleware.UserErrorMiddleware",
]

ROOT_URLCONF = "sakkan.urls"
WSGI_APPLICATION = "sakkan.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
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

DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "sesame.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
SESAME_ONE_TIME = True
SESAME_MAX_AGE = 12 * 60 * 60

TASKS = {
    "default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "short", "training"]},
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ja", "日本語")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = SAKKAN_DATA / "static"
WHITENOISE_USE_FINDERS = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "core.api.pagination.KeysetPagination",
    "PAGE_SIZE": 100,
    "EXCEPTION_HANDLER": "core.api.errors.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Sakkan",
    "DESCRIPTION": "Frames in, labels and models out.",
    "VERSION": "0.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "ENUM_NAME_OVERRIDES": {
        "AssignmentState": "annotation.models.AssignmentState",
        "JobState": "core.models.JobState",
        "RoundState": "active_learning.models.RoundState",
        "SelectionState": "active_learning.models.SelectionState",
        "SkipReason": "annotation.models.SkipReason",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ("/api/docs",),
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "blob:", "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    },
}

SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _flag("SAKKAN_HTTPS", "0")
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
FILE_UPLOAD_TEMP_DIR = None

SAKKAN_DEFAULT_STRATEGY = os.environ.get("SAKKAN_DEFAULT_STRATEGY", "spread_uncertainty")
SAKKAN_DEFAULT_FIRST_STRATEGY = os.environ.get("SAKKAN_DEFAULT_FIRST_STRATEGY", "kmeans")
SAKKAN_LEASE_SECONDS = int(os.environ.get("SAKKAN_LEASE_SECONDS", "900"))
SAKKAN_JOB_LEASE_SECONDS = int(os.environ.get("SAKKAN_JOB_LEASE_SECONDS", "30"))
SAKKAN_JOB_STALL_SECONDS = int(os.environ.get("SAKKAN_JOB_STALL_SECONDS", "600"))
SAKKAN_SCORE_RANGE = int(os.environ.get("SAKKAN_SCORE_RANGE", "10000"))
SAKKAN_TRAINING_PROCESSES = int(os.environ.get("SAKKAN_TRAINING_PROCESSES", "1"))
SAKKAN_HELD_OUT_QUEUE = 12
SAKKAN_DEVICE_RATES = _rates()
SAKKAN_CURRENCY = os.environ.get("SAKKAN_CURRENCY", "USD")
SAKKAN_CONTROL_SHARE = float(os.environ.get("SAKKAN_CONTROL_SHARE", "0.1"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("SAKKAN_LOG_LEVEL", "WARNING")},
}
