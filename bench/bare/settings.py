"""Settings of the bare views: the product's database, held open as it is there, and nothing else."""

from config.settings import DATABASES as PRODUCT_DATABASES

DEBUG = False
SECRET_KEY = "bench"
ALLOWED_HOSTS = ["127.0.0.1"]
DATABASES = {"default": {**PRODUCT_DATABASES["default"], "CONN_HEALTH_CHECKS": False}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
USE_I18N = False
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.bare.views"
