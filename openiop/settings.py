"""One settings file. Every setting is an `OPENIOP_*` variable (or `OPENIOP_*_FILE` naming a file with it)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import FileAwareEnv

from openiop.formats.fhir.limits import Limits

PACKAGE = Path(__file__).resolve().parent

KNOWN = frozenset({
    "PROFILE", "VAR", "DATABASE_URL", "SECRET_KEY", "HOSTS", "HOST", "PORT", "ORIGINS", "LOG_LEVEL",
    "EMAIL_URL", "CLAMAV", "SHARED", "FORBID_SKIPS", "TESTING",
})  # fmt: skip
"""Names after the prefix; docs/reference/settings.md tells what each is for."""

env = FileAwareEnv()
_unknown = sorted(
    name
    for name in os.environ
    if name.startswith("OPENIOP_") and name.removeprefix("OPENIOP_").removesuffix("_FILE") not in KNOWN
)
if _unknown:
    raise ImproperlyConfigured(f"Unknown settings: {', '.join(_unknown)}. See docs/reference/settings.md.")

PROFILE = env.str("OPENIOP_PROFILE", "demo")
if PROFILE not in {"demo", "single", "cluster"}:
    raise ImproperlyConfigured(f"OPENIOP_PROFILE is '{PROFILE}'; it must be demo, single or cluster.")
IS_DEMO = PROFILE == "demo"
TESTING = env.bool("OPENIOP_TESTING", False)
DEBUG = False

VAR = Path(env.str("OPENIOP_VAR", str(PACKAGE.parent / "var"))).resolve()


def _secret(name: str) -> str:
    """Return the secret from the environment, or from `var/`, where the first run puts a fresh one (mode 0600)."""
    given = env.str(f"OPENIOP_{name}", "")
    if given:
        return str(given)
    path = VAR / f"{name.lower()}.txt"
    if not path.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()


SECRET_KEY = _secret("SECRET_KEY")
ALLOWED_HOSTS = env.list(
    "OPENIOP_HOSTS", ["localhost", "127.0.0.1", "[::1]"] + (["testserver"] if TESTING else [])
)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("OPENIOP_ORIGINS", [])

INSTALLED_APPS = [
    "openiop.apps.core",
    "openiop.apps.audit",
    "openiop.apps.accounts",
    "openiop.apps.chart",
    "openiop.apps.clients",
    "openiop.apps.files",
    "openiop.apps.admissions",
    "openiop.apps.schedule",
    "openiop.apps.groups",
    "openiop.apps.measures",
    "openiop.apps.treatment",
    "openiop.apps.record",
    "openiop.apps.timetable",
    "openiop.apps.front",
    "openiop.apps.directory",
    "openiop.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
]

MIDDLEWARE = [
    "openiop.web.requestlog.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "openiop.web.middleware.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "openiop.web.middleware.ActorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "openiop.urls"
WSGI_APPLICATION = "openiop.wsgi.application"

_LOADERS = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates", PACKAGE / "web" / "components"],
        "OPTIONS": {
            "loaders": [
                ("template_partials.loader.Loader", [("django.template.loaders.cached.Loader", _LOADERS)])
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "django_htmx.templatetags.django_htmx",
                "openiop.web.templatetags.openiop",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "openiop.web.context.shell",
            ],
        },
    }
]
COTTON_DIR = "cotton"


def _database() -> dict[str, object]:
    """Return Django's settings for the database: SQLite in `var/` unless a PostgreSQL URL is given."""
    chosen: dict[str, object] = env.dj_db_url("OPENIOP_DATABASE_URL", f"sqlite:///{VAR / 'openiop.sqlite3'}")
    if str(chosen["ENGINE"]).endswith("sqlite3"):
        # FULL sync: an acknowledged note survives power loss (ADR 0003). IMMEDIATE: a writer queues at its
        # first statement instead of failing at its last.
        pragmas = (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536; "
            "PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=67108864;"
        )
        chosen["OPTIONS"] = {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": pragmas}
    else:
        # Both keep the connection usable behind a pooler in transaction mode (ADR 0004).
        chosen["OPTIONS"] = {"prepare_threshold": None}
        chosen["DISABLE_SERVER_SIDE_CURSORS"] = True
        # A database that was restarted, or moved to another machine, costs nobody an error page.
        chosen["CONN_HEALTH_CHECKS"] = True
    chosen["CONN_MAX_AGE"] = 600
    return chosen


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People and doors ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "openiop.apps.accounts.backends.PasswordBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "openiop.web.public.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "openiop.web.public.sign_in_forms.LoginForm",
    "user_token": "openiop.web.public.sign_in_forms.PersonTokenForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_SESSION_REMEMBER = False
# Failures are counted by axes, in the database: one count for passwords and codes, on all workers.
ACCOUNT_RATE_LIMITS = {"login_failed": None, "login": "60/m/ip"}
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600
MFA_ADAPTER = "openiop.web.public.adapters.MFAAdapter"
MFA_FORMS = {
    "add_webauthn": "openiop.web.public.sign_in_forms.PasskeyForm",
    "authenticate": "openiop.web.public.sign_in_forms.CodeForm",
    "reauthenticate": "openiop.web.public.sign_in_forms.ConfirmCodeForm",
}
# Addresses are given by administrators; nothing hangs on a confirmation by mail.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = IS_DEMO
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
# Who keeps trying does not keep the owner out for longer: "in 15 minutes" must be true.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "openiop.apps.accounts.lockout.counted_name"
AXES_LOCKOUT_CALLABLE = "openiop.web.public.security.locked_out"
AXES_SENSITIVE_PARAMETERS = ["login", "username", "email", "code"]
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = [
    # Lock-out is by account: many people of one clinic share an address, and an attacker may have many.
    "axes.W006",
    # HTTPS for a year holds for the address people use. Whether it holds for every name below it, and in
    # the lists browsers ship, is for the owner of the domain to say: other services may live there, and
    # neither can be taken back quickly. The web server in front may add both to the header.
    "security.W005",
    "security.W021",
]

# Sessions: idle and absolute limits are enforced in openiop.web.middleware.
# A message may name a client ("The record of ... is made."): it waits in the session, never in a cookie (ADR 0015).
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "openiop"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 3600
IDLE_MINUTES_STAFF = 15
IDLE_MINUTES_PORTAL = 30
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = None  # Gone when the browser closes: a stranger's visit leaves nothing behind.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not IS_DEMO
SECURE_HSTS_SECONDS = 0 if IS_DEMO else 31_536_000
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
LANGUAGE_COOKIE_SECURE = not IS_DEMO
if not IS_DEMO:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Uploads and forms ---------------------------------------------------------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
REFERRAL_MAX_BYTES = Limits().max_bytes
CLAMAV = env.str("OPENIOP_CLAMAV", "")
FILE_UPLOAD_HANDLERS = [
    "openiop.web.uploads.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Language, time and static files -------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [VAR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR / "files"},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "openiop.web.sheets.SheetStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING

# Without a mail server the demo prints its mails; elsewhere they carry links that belong in no log.
EMAIL_BACKEND = f"django.core.mail.backends.{'console' if IS_DEMO else 'dummy'}.EmailBackend"
DEFAULT_FROM_EMAIL = NO_SENDER = "no-reply@example.org"
HAS_MAIL = bool(env.str("OPENIOP_EMAIL_URL", ""))
if HAS_MAIL:
    vars().update(env.dj_email_url("OPENIOP_EMAIL_URL"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "openiop.apps.core.logs.formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {
        "handlers": ["console"],
        "level": env.str("OPENIOP_LOG_LEVEL", "WARNING" if IS_DEMO else "INFO"),
    },
    "loggers": {
        # Django would send errors by mail, with the request in them.
        "django": {"handlers": [], "level": "INFO"},
        # "Not found" and its like have their line already (openiop.web.requestlog).
        "django.request": {"level": "ERROR"},
    },
}
