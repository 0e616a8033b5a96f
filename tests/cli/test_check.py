"""openiop check: outside the demo nothing of Django's deployment checks is left open."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from openiop.cli.up import settings_in_words

BY_NAME = {"OPENIOP_PROFILE": "single", "OPENIOP_HOSTS": "iop.example.org"}


@pytest.fixture
def check(tmp_path):
    def run(*words, **settings):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENIOP_")}
        env = kept | {"OPENIOP_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "openiop.settings"} | settings
        done = subprocess.run(
            [sys.executable, "-m", *words], env=env, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr

    return run


@pytest.mark.parametrize("profile", ["single", "cluster"])
def test_the_deployment_checks_find_nothing(check, profile):
    told = check(
        "django", "check", "--deploy", "--fail-level", "WARNING", **BY_NAME | {"OPENIOP_PROFILE": profile}
    )
    assert "System check identified no issues" in told


def test_what_is_missing_for_other_machines_is_said(check):
    told = check("openiop", "check", OPENIOP_PROFILE="single")
    assert "wrong: The server answers to this machine only." in told
    assert "wrong:" not in check("openiop", "check", **BY_NAME).replace("wrong: The database lacks", "")


def test_mails_from_nobody_are_said(check):
    url = "smtp://user:password@mail.example.org:587/?tls=true"
    told = check("openiop", "check", **BY_NAME, OPENIOP_EMAIL_URL=url)
    assert "wrong: Mails would come from no-reply@example.org." in told
    assert "user:password" not in told
    mended = check(
        "openiop", "check", **BY_NAME, OPENIOP_EMAIL_URL=f"{url}&_default_from_email=iop@example.org"
    )
    assert "Mails would come" not in mended


def test_frames_are_refused_twice():
    settings = settings_in_words()
    assert "django.middleware.clickjacking.XFrameOptionsMiddleware" in settings.MIDDLEWARE
    assert settings.X_FRAME_OPTIONS == "DENY"
    assert settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["frame-ancestors"] == ["'none'"]
