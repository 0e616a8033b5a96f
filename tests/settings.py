"""The project's settings as tests use them: synthetic secrets, a quick hash, nothing in var/."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ.setdefault("OPENIOP_TESTING", "1")
os.environ.setdefault("OPENIOP_VAR", tempfile.mkdtemp(prefix="openiop-test-"))
os.environ.setdefault("OPENIOP_SECRET_KEY", "only-for-tests-and-never-for-people")

from openiop.settings import *  # noqa: F403
from openiop.web.translations import compile_messages

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":  # noqa: F405
    # tests.postgres has migrated the database that the address names.
    DATABASES["default"]["TEST"] = {"TEMPLATE": DATABASES["default"]["NAME"]}  # noqa: F405

compile_messages(Path(os.environ["OPENIOP_VAR"]) / "locale")
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 - WhiteNoise warns of a folder that is not there
# A page that fetches rows one by one fails its test.
INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]  # noqa: F405
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]  # noqa: F405
ZEAL_ALLOWLIST = [
    # The lock of the trail is taken once for each transaction, and the session is loaded again where it
    # changes hands: a page does either a fixed number of times.
    {"model": "audit.Head", "field": "get()"},
    {"model": "sessions.Session", "field": "get()"},
    # allauth looks the factor up once to show it and once to remove it.
    {"model": "mfa.Authenticator", "field": "get()"},
]
