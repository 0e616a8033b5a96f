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

compile_messages(Path(os.environ["OPENIOP_VAR"]) / "locale")
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 - WhiteNoise warns of a folder that is not there
