"""The server as a clinic runs it, outside the demo: cookies, HTTPS, second factor, time-out and lock-out.

One real server in the profile `single` behind HTTPS (the header that the web server in front sends), opened
by the commands that operators type.
"""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import Morsel, SimpleCookie
from urllib.parse import urlencode, urlsplit

import pytest

from tests.factories.signing import PASSWORD
from tests.live import Live, run_python

HOST = "clinic.example"
ADDRESS, LOCKED_OUT = "robin@example.org", "sasha@example.org"
"""Who comes and goes; and who is shut out, in whatever order the tests run."""
HOURS = ["--time-zone", "America/Los_Angeles", "--open", "mon-fri 8:00-21:00"]
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')

IDLE = """
from openiop.cli.rows import start
start()
from django.contrib.sessions.backends.db import SessionStore
session = SessionStore({key!r})
session["seen"] -= {seconds}
session.save()
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def cookies(self) -> dict[str, Morsel[str]]:
        """Return the cookies it set, with their attributes."""
        jar: SimpleCookie = SimpleCookie()
        for line in self.headers.get_all("Set-Cookie") or ():
            jar.load(line)
        return dict(jar.items())


@dataclass(slots=True)
class Browser:
    """Somebody who comes over HTTPS, as the web server in front passes it on."""

    live: Live
    secure: bool = True
    cookies: dict[str, str] = field(default_factory=dict)

    def send(self, method: str, path: str, fields: dict[str, str] | None = None) -> Answer:
        """Send one request and keep the cookies."""
        head = {"Host": HOST, "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if self.secure:
            head |= {"X-Forwarded-Proto": "https", "Referer": f"https://{HOST}/"}
        body = urlencode(fields) if fields is not None else None
        if body is not None:
            head["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.live.port, timeout=60)
        connection.request(method, path, body, head)
        response = connection.getresponse()
        answer = Answer(response.status, response.headers, response.read().decode())
        connection.close()
        self.cookies |= {name: morsel.value for name, morsel in answer.cookies.items()}
        return answer

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self.send("GET", path)

    def fill(self, path: str, **fields: str) -> Answer:
        """Open a page and send its form."""
        token = TOKEN.search(self.get(path).text)
        assert token is not None
        return self.send("POST", path, {"csrfmiddlewaretoken": token[1], **fields})

    def sign_in(self, password: str = PASSWORD, login: str = ADDRESS) -> Answer:
        """Come in by the door."""
        return self.fill("/accounts/login/", login=login, password=password)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A clinic with two administrators who have set a password by the one-time link."""
    site = Live(tmp_path_factory.mktemp("clinic"), profile="single", hosts=HOST)
    site.start()
    try:
        _open(site)
        yield site
    finally:
        assert site.stop() == 0
    assert not [line for line in site.said if "Traceback" in line]


def _open(site: Live) -> None:
    opened = site.run("organization", "add", "Bay Recovery", "--site", "Oakland", *HOURS)
    assert opened.returncode == 0, opened.stderr
    for address, name in ((ADDRESS, "Robin Reyes-Demo"), (LOCKED_OUT, "Sasha Sorrel-Demo")):
        _take_on(site, address, name)


def _take_on(site: Live, address: str, name: str) -> None:
    words = ["member", "add", address, "--name", name, "--role", "administrator"]
    added = site.run(*words, "--address", f"https://{HOST}/", "--json")
    assert added.returncode == 0, added.stderr
    browser = Browser(site)
    led = browser.get(urlsplit(json.loads(added.stdout)["link"]).path)
    form = urlsplit(led.headers["Location"]).path
    assert browser.fill(form, password1=PASSWORD, password2=PASSWORD).status == 302


def test_plain_http_is_led_to_https(live: Live) -> None:
    answer = Browser(live, secure=False).get("/accounts/login/")
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/accounts/login/")
    assert answer.cookies == {}


def test_browsers_are_told_to_stay_with_https_for_a_year(live: Live) -> None:
    assert Browser(live).get("/accounts/login/").headers["Strict-Transport-Security"] == "max-age=31536000"


def test_every_cookie_is_secure_and_the_keys_are_out_of_reach_of_scripts(live: Live) -> None:
    browser = Browser(live)
    seen = browser.get("/accounts/login/").cookies | browser.sign_in().cookies
    token = TOKEN.search(browser.get("/accounts/security/").text)
    assert token is not None
    chosen = browser.send("POST", "/display/", {"csrfmiddlewaretoken": token[1], "theme": "dark"})
    seen |= chosen.cookies
    assert {"openiop", "csrftoken", "theme"} <= set(seen)
    for name, cookie in seen.items():
        assert cookie["secure"], name
        assert cookie["samesite"] == "Lax", name
    for name in ("openiop", "csrftoken"):
        assert seen[name]["httponly"], name


def test_staff_see_nothing_before_their_second_factor(live: Live) -> None:
    browser = Browser(live)
    assert browser.sign_in().status == 302
    for path in ("/staff/people/", "/staff/audit/", "/staff/people/new/"):
        answer = browser.get(path)
        assert (answer.status, answer.headers["Location"]) == (302, "/accounts/security/"), path
    assert browser.get("/accounts/security/").status == 200


def test_the_demo_has_no_door_here(live: Live) -> None:
    assert Browser(live).get("/demo/").status == 404


def test_a_session_ends_after_fifteen_idle_minutes(live: Live) -> None:
    browser = Browser(live)
    browser.sign_in()
    for seconds, over in ((14 * 60, False), (15 * 60, True)):
        run_python(live.env, "-c", IDLE.format(key=browser.cookies["openiop"], seconds=seconds))
        location = browser.get("/accounts/security/").headers["Location"] or ""
        assert location.startswith("/accounts/login/?ended=idle") is over
    assert browser.get("/accounts/security/").headers["Location"].startswith("/accounts/login/")


def test_five_wrong_passwords_close_the_sign_in_also_for_the_right_one(live: Live) -> None:
    codes = [Browser(live).sign_in(f"wrong {number}", "nobody@example.org").status for number in range(6)]
    assert codes == [200, 200, 200, 200, 429, 429]
    assert Browser(live).sign_in(login=LOCKED_OUT).status == 302
    codes = [Browser(live).sign_in(f"wrong {number}", LOCKED_OUT).status for number in range(5)]
    assert codes == [200, 200, 200, 200, 429]
    assert Browser(live).sign_in(login=LOCKED_OUT).status == 429
    assert Browser(live).sign_in().status == 302


def test_wrong_codes_of_a_letter_close_the_letter(live: Live) -> None:
    codes = [
        Browser(live).fill("/welcome/", code=f"abcd-0000-0000-000{number}").status for number in range(6)
    ]
    assert codes == [422, 422, 422, 422, 429, 429]
