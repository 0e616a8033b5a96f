"""openiop messages: compile the translations, or say which texts lack one."""

from __future__ import annotations

import argparse
from typing import Any


def add_parser(subparsers: Any) -> None:
    """Declare the commands."""
    parser = subparsers.add_parser(
        "messages", help="compile the Spanish texts, or say which are missing"
    ).add_subparsers(title="commands", metavar="COMMAND", required=True)
    compiling = parser.add_parser("compile", help="merge the areas' files and compile them for Django")
    compiling.set_defaults(run=run_compile)
    checking = parser.add_parser("check", help="name each text of code and pages without a translation")
    checking.set_defaults(run=run_check)


def run_compile(_args: argparse.Namespace) -> int:
    """Compile into the folder that the server reads."""
    from pathlib import Path

    from openiop.cli.rows import start

    start()
    from django.conf import settings

    from openiop.web.translations import compile_messages

    changed = compile_messages(Path(settings.LOCALE_PATHS[0]))
    print("Translations compiled." if changed else "Translations are up to date.")
    return 0


def run_check(_args: argparse.Namespace) -> int:
    """List what is missing, by language; 1 where anything is."""
    from openiop.cli.rows import start

    start()
    from openiop.web.translations import languages, untranslated

    missing = {language: untranslated(language) for language in languages()}
    for language, lines in missing.items():
        print(f"{language}: {len(lines)} untranslated")
        for line in lines:
            print(f"  {line}")
    return 1 if any(missing.values()) else 0
