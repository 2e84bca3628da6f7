"""Django settings of Downstream: one file, every environment variable read strictly.

Variables: DATABASE_URL, REDIS_URL, SECRET_KEY, DEBUG, ALLOWED_HOSTS, EMAIL_URL, PORT, HTTPS, METRICS_TOKEN,
METRICS_LISTEN, ROLLUP_SHARDS (see README.md).
"""

import tomllib
from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env

from config.environment import email, listen_address, port, read, redis_url, refuse_to_start, rollup_shards, secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"  # what the app writes beside the database: broker files, cache, beat's schedule
VAR_DIR.mkdir(exist_ok=True)
VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

env = Env()
env.read_env(str(BASE_DIR / ".env"))

DEBUG = read(env.bool, "DEBUG", default=False)
SECRET_KEY = secret_key(env, debug=DEBUG)
ALLOWED_HOSTS = read(env.list, "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
PORT = port(env)
HTTPS = read(env.bool, "HTTPS", default=not DEBUG)  # off only where a test installation speaks plain HTTP
REDIS_URL = redis_url(env)
METRICS_TOKEN = read(env.str, "METRICS_TOKEN", default="")  # without one /metrics does not exist
METRICS_LISTEN = listen_address(env, "METRICS_LISTEN")  # where a worker answers /metrics itself; None: nowhere

# --- Applications -----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "config.apps.DownstreamConfig",
    "dealership",
    "supplychain",
    "surveys",
    "objectives",
    "dashboards",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "config.apps.StaticFilesConfig",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "auditlog",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "health_check",
]

MIDDLEWARE = [
    "config.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.middleware.RequestSizeMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "config.middleware.StoreTimeZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

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
                "config.context_processors.shell",
                "config.demo.accounts.context",
            ],
        },
    },
]

# --- Data -------------------------------------------------------------------------------------------

DATABASES = {"default": read(env.dj_db_url, "DATABASE_URL", default="sqlite:///db.sqlite3", conn_max_age=600)}
_database = DATABASES["default"]
if _database.get("ENGINE") == "django.db.backends.sqlite3":
    if _database["NAME"] != ":memory:":
        _database["NAME"] = str(BASE_DIR / _database["NAME"])
    # IMMEDIATE: a writing transaction takes the write lock at its start, so that it waits (up to `timeout`
    # seconds) instead of failing half-way. It is also the rollup consumer's lock (surveys/rollups.py).
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # Tests with several threads or a browser need a file: an in-memory database is one connection's own.
    _database["TEST"] = {"NAME": str(Path(_database["NAME"]).with_name(f"test-{Path(_database['NAME']).name}"))}
elif _database.get("ENGINE") == "django.db.backends.postgresql":
    _database["CONN_HEALTH_CHECKS"] = True
else:
    refuse_to_start("DATABASE_URL is malformed: it must start with sqlite:// or postgresql://.")

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(VAR_DIR / "cache"),
        }
    }

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # bytes of a form without its files
REQUEST_MAX_SIZE = 10_000_000  # bytes of a whole request; larger ones are answered 413 before they are read
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

# --- People -----------------------------------------------------------------------------------------

AUTH_USER_MODEL = "dealership.User"
AUTHENTICATION_BACKENDS = ["dealership.accounts.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "dealership.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]  # without a password here nobody could sign in by one
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are entered by their store, not by themselves
ACCOUNT_USER_DISPLAY = "dealership.accounts.display_name"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""

# --- Language and time ------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # the store's own zone is applied by StoreTimeZoneMiddleware and by Dealership.local_day

# --- Static files -----------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/bootstrap", BASE_DIR / "node_modules/bootstrap/dist"),
    ("vendor/bootstrap-icons", BASE_DIR / "node_modules/bootstrap-icons/font"),
    ("vendor/echarts", BASE_DIR / "node_modules/echarts/dist"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
MEDIA_ROOT = VAR_DIR / "media"

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Security ---------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # set, and cleaned, by the proxy in front
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]  # asked by machines inside
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SECURE = HTTPS
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # HSTS for subdomains and
    "security.W021",  # preloading it are the operator's decisions, for hosts that are not ours
]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- Mail -------------------------------------------------------------------------------------------

globals().update(email(env))  # EMAIL_* and DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 10

# --- Background work --------------------------------------------------------------------------------

ROLLUP_SHARDS = rollup_shards(env)  # stores are spread over so many; each is absorbed by one worker at a time

if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
        "visibility_timeout": 3600,  # above the task time limit: a running task is not handed out twice
        "unacked_restore_interval": 1,
        # A worker meets its silently dead connections one after the other, and each costs it a timeout: with 20 s (and
        # 25 s until BRPOP is looked after) it was deaf for 90 s, so it is for 17 to 27 s, and without any for good.
        "socket_timeout": 5,
        "health_check_interval": 10,
        "socket_keepalive": True,
    }
else:
    _broker_dir = VAR_DIR / "broker"
    (_broker_dir / "queue").mkdir(parents=True, exist_ok=True)
    (_broker_dir / "control").mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker_dir / "queue"),
        "data_folder_out": str(_broker_dir / "queue"),
        "control_folder": str(_broker_dir / "control"),
    }
CELERY_TIMEZONE = "UTC"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 1800
CELERY_TASK_SOFT_TIME_LIMIT = 1700
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    # On the clock, not by interval: two beats then mean the same minute, and one run is enough (dealership/jobs.py).
    # `expires`: a worker that was away does not work through a pile of stale ticks; always within the period.
    **{
        f"absorb rating marks of shard {shard}": {
            "task": "surveys.tasks.absorb_marks",
            "schedule": crontab(),
            "args": [shard],
            "options": {"expires": 55},
        }
        for shard in range(ROLLUP_SHARDS)
    },
    "expire interactions nobody rated": {
        "task": "surveys.tasks.expire_interactions",
        "schedule": crontab(minute="7"),
        "options": {"expires": 3000},
    },
    "expire requests nobody answered, remind of ratings": {
        "task": "supplychain.tasks.keep_requests_moving",
        "schedule": crontab(minute="15"),
        "options": {"expires": 3000},
    },
    "remind customers of calls for needs": {
        "task": "supplychain.tasks.remind_of_calls",
        "schedule": crontab(minute="11"),
        "options": {"expires": 3000},
    },
    "close recoveries the customer said nothing about": {
        "task": "surveys.tasks.lapse_recoveries",
        "schedule": crontab(minute="9"),
        "options": {"expires": 3000},
    },
    "publish what subordinates said of their managers": {
        "task": "surveys.tasks.publish_management",
        "schedule": crontab(minute="27"),
        "options": {"expires": 3000},
    },
    "freeze confidential ratings of months that ended": {
        "task": "surveys.tasks.freeze_confidential_ratings",
        "schedule": crontab(minute="3"),
        "options": {"expires": 3000},
    },
    "open, remind of, close and publish survey rounds": {
        "task": "surveys.tasks.keep_rounds_going",
        "schedule": crontab(minute="29"),
        "options": {"expires": 3000},
    },
    "remind of needs without an answer": {
        "task": "objectives.tasks.keep_needs_in_sight",
        "schedule": crontab(minute="19"),
        "options": {"expires": 3000},
    },
    "plan the next dialogues, remind of those ahead": {
        "task": "objectives.tasks.keep_dialogues_going",
        "schedule": crontab(minute="21"),
        "options": {"expires": 3000},
    },
    "judge objectives nobody had judged": {
        "task": "objectives.tasks.judge_what_is_due",
        "schedule": crontab(minute="25"),
        "options": {"expires": 3000},
    },
    "mail new notices": {
        "task": "dealership.tasks.mail_new_notices",
        "schedule": crontab(),
        "options": {"expires": 55},
    },
    "verify rollups against the ratings": {
        "task": "surveys.tasks.verify_rollups",
        "schedule": crontab(hour="18", minute="23"),
        "options": {"expires": 5 * 3600},
    },
}

# --- Logs -------------------------------------------------------------------------------------------

LOG_LEVEL = "INFO"
LOGGING_CONFIG = "config.logs.configure"
LOGGING = {"level": LOG_LEVEL, "pretty": DEBUG}
