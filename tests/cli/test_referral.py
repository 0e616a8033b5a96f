"""openiop referral import: what it prints, what it keeps, and its exit codes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from openiop.apps.admissions.models import Referral, ReferralDocument
from openiop.apps.audit.models import Event
from openiop.apps.core.tenancy import tenant
from openiop.cli import main
from tests.factories import make_organization
from tests.formats.bundles import about, bundle, condition, file_of, patient
from tests.shared_data import shared

pytestmark = pytest.mark.django_db

GOOD = file_of(bundle(patient(), condition(), about("Claim")))


@pytest.fixture
def house():
    return make_organization(slug="sun-house")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "bundle.json"
    path.write_bytes(GOOD)
    return path


def counted(house) -> tuple[int, int]:
    with tenant(house.pk):
        return Referral.objects.count(), Event.objects.count()


def test_a_bundle_is_received_and_told(house, file, capsys):
    assert main(["referral", "import", str(file)]) == 0
    told = capsys.readouterr().out
    with tenant(house.pk):
        row = Referral.objects.get()
        assert bytes(ReferralDocument.objects.get().content) == GOOD
    assert "Aurelia Mae Quillmark-Demo, born 1990-02-28, female" in told
    assert "    1  Condition" in told
    assert "    1  Claim: it is a billing record; a referral does not need it" in told
    assert f"Received as referral {row.public_id}" in told


def test_the_same_file_again_is_told_with_exit_code_one_and_changes_nothing(house, file, capsys):
    main(["referral", "import", str(file), "--json"])
    first = json.loads(capsys.readouterr().out)
    before = counted(house)
    assert main(["referral", "import", str(file), "--json"]) == 1
    again = json.loads(capsys.readouterr().out)
    assert (again["outcome"], again["referral"]) == ("already-received", first["referral"])
    assert main(["referral", "import", str(file)]) == 1
    assert "already received on" in capsys.readouterr().out
    assert counted(house) == before


def test_a_file_that_cannot_be_a_referral_ends_with_two(house, tmp_path, capsys):
    path = tmp_path / "x.json"
    path.write_bytes(GOOD[:-9])
    assert main(["referral", "import", str(path), "--json"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert json.loads(captured.err)["error"]["code"] == "not-json"
    assert main(["referral", "import", str(tmp_path / "absent.json")]) == 2
    assert "No such file" in capsys.readouterr().err
    assert counted(house) == (0, 0)


def test_every_key_of_the_answer_is_told_in_the_documents(house, file, capsys):
    page = (Path(__file__).parents[2] / "docs/reference/referral.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ((?:`[a-z0-9_]+`(?:, )?)+) \|", page, re.MULTILINE)
    told = [key for row in rows for key in re.findall(r"`([a-z0-9_]+)`", row)]
    main(["referral", "import", str(file), "--json"])
    received = json.loads(capsys.readouterr().out)
    assert sorted(told) == sorted(received)
    main(["referral", "import", str(file), "--json"])
    assert set(json.loads(capsys.readouterr().out)) == {"outcome", "referral", "received_at", "message"}


def test_a_file_without_end_is_refused_before_it_is_all_read(house, tmp_path, capsys):
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(40_000_000_000)
    for more in ([], ["--dry-run"]):
        assert main(["referral", "import", str(path), "--json", *more]) == 2
        error = json.loads(capsys.readouterr().err)["error"]
        assert error["code"] == "file-too-large"
        assert error["message"].startswith(
            "This file has more than 25,000,000 bytes; the limit is 25,000,000."
        )
    assert counted(house) == (0, 0)


def test_a_dry_run_writes_nothing(house, file, capsys):
    assert main(["referral", "import", str(file), "--dry-run"]) == 0
    assert "Dry run: nothing was written." in capsys.readouterr().out
    assert counted(house) == (0, 0)


def test_the_house_is_named_where_there_are_several(house, file, capsys):
    make_organization(slug="other")
    assert main(["referral", "import", str(file)]) == 2
    assert "--organization SLUG" in capsys.readouterr().err
    assert main(["referral", "import", str(file), "--organization", "nobody"]) == 2
    assert "no organization “nobody”" in capsys.readouterr().err
    assert main(["referral", "import", str(file), "--organization", "sun-house"]) == 0
    assert counted(house)[0] == 1


@pytest.mark.parametrize(
    "name", ["clara-monta", "louis-ullrich", "milan-beatty", "robby-becker", "trey-leffler"]
)
def test_every_shared_bundle_agrees_with_its_expected_facts(house, name, capsys):
    expected = json.loads(shared("fhir-samples", "expected.json").read_text())[f"fhir/synthea-{name}.json"]
    assert (
        main(["referral", "import", str(shared("fhir-samples", "fhir", f"synthea-{name}.json")), "--json"])
        == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert told["valid_r4_entries"] == expected.pop("accepted_by_fhir.resources_8.3.0_R4B")
    assert {key: told[key] for key in expected} == expected


def test_a_dry_run_needs_neither_django_nor_a_database(file):
    code = (
        "import sys\nfrom openiop.cli import main\n"
        f"main(['referral', 'import', {str(file)!r}, '--dry-run'])\n"
        "print('django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"


def test_a_house_that_was_never_prepared_says_what_to_do(file, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "openiop", "referral", "import", str(file)],
        capture_output=True, text=True, check=False,
        env={"OPENIOP_VAR": str(tmp_path / "var"), "PATH": "", "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (
        1,
        "openiop: The database is not ready. Run `openiop up` once, then try again.\n",
    )
