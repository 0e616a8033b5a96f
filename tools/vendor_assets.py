"""Copy the few third-party assets we serve out of their npm tarballs, checked by SHA-512.

    python tools/vendor_assets.py          fetch with `npm pack`, check, copy, write VENDOR.json
    python tools/vendor_assets.py --check  compare the committed copies with VENDOR.json; no network

The copies are committed, so that neither installing nor running OpenIOP needs Node.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "openiop" / "web" / "static" / "vendor"

FONT = {
    "package": "@fontsource-variable/public-sans",
    "version": "5.3.0",
    "licence": "OFL-1.1",
    "what": "Public Sans, variable weight, upright, the Latin and Latin Extended subsets",
    "folder": "public-sans",
    "files": {
        "files/public-sans-latin-wght-normal.woff2": "public-sans-latin.woff2",
        "files/public-sans-latin-ext-wght-normal.woff2": "public-sans-latin-ext.woff2",
        "LICENSE": "LICENSE",
    },
}
ICONS = {
    "package": "lucide-static",
    "version": "1.62.0",
    "licence": "ISC",
    "what": "Line icons; the inner shapes of those named in tools/vendor_assets.py, under our own names",
    "folder": "lucide",
    "files": {"LICENSE": "LICENSE"},
}
# Our name for the icon: the name in the set. Pages say what they mean, not what it looks like.
ICON_NAMES = {
    "today": "sunrise", "board": "layout-dashboard", "pipeline": "inbox", "clients": "users",
    "week": "calendar-range", "hours": "hourglass", "members": "key-round", "audit": "scroll-text",
    "person": "user-round", "person-add": "user-plus", "group": "users-round", "clock": "clock",
    "timer": "timer", "calendar": "calendar-days", "calendar-add": "calendar-plus",
    "calendar-cancel": "calendar-x", "search": "search", "filter": "filter", "sort": "arrow-up-down",
    "menu": "menu", "more": "ellipsis", "close": "x", "check": "check", "add": "plus", "minus": "minus",
    "edit": "square-pen", "delete": "trash-2", "undo": "undo-2", "download": "download", "upload": "upload",
    "print": "printer", "external": "external-link", "link": "link", "lock": "lock", "show": "eye",
    "chevron-right": "chevron-right", "chevron-left": "chevron-left", "chevron-down": "chevron-down",
    "arrow-right": "arrow-right", "arrow-left": "arrow-left", "up": "trending-up", "down": "trending-down",
    "theme": "sun-moon", "light": "sun", "dark": "moon", "language": "languages", "sign-out": "log-out",
    "settings": "settings", "exit": "door-open", "dense": "rows-4", "roomy": "rows-3",
    "ok": "circle-check", "warn": "triangle-alert", "bad": "circle-alert", "stop": "ban", "info": "info",
    "unknown": "circle-help", "pending": "circle-dashed", "none": "circle-slash", "flag": "flag",
    "crisis": "life-buoy", "urgent": "siren", "glass": "shield-alert", "shield": "shield-check",
    "phone": "phone", "message": "message-circle", "mail": "mail", "place": "map-pin", "site": "building-2",
    "room": "armchair", "video": "video", "file": "file-text", "signature": "file-signature",
    "sign": "signature", "checklist": "clipboard-list", "assessed": "clipboard-check", "tasks": "list-checks",
    "history": "history", "merge": "git-merge", "path": "route", "target": "target", "pill": "pill",
    "medical": "stethoscope", "meal": "utensils", "family": "heart-handshake", "help": "hand-heart",
    "mind": "brain-circuit", "growth": "sprout", "access": "accessibility", "school": "graduation-cap",
    "child": "baby", "travel": "car", "work": "briefcase-business", "repeat": "repeat", "home": "house",
}  # fmt: skip


def unpack(source: dict, into: Path) -> tuple[Path, str]:
    """Fetch one tarball with npm and unpack it. Returns its folder and its SHA-512 (as npm writes it)."""
    name = f"{source['package']}@{source['version']}"
    packed = subprocess.run(
        ["npm", "pack", "--json", name], cwd=into, check=True, capture_output=True, text=True
    )
    entry = json.loads(packed.stdout)
    entry = entry[0] if isinstance(entry, list) else next(iter(entry.values()))
    data = (into / entry["filename"]).read_bytes()
    digest = "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
    if digest != entry["integrity"]:
        sys.exit(f"{name}: the tarball is not what the registry promised ({digest}).")
    folder = into / source["folder"]
    with tarfile.open(into / entry["filename"]) as tar:
        tar.extractall(folder, filter="data")
    return folder / "package", digest


def shapes(svg: str) -> str:
    """Return what is inside the <svg> element, on one line."""
    inner = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    inner = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", inner, flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "", inner).replace(" />", "/>").strip()


def copy_files(source: dict, package: Path) -> dict[str, str]:
    """Copy the named files (and make icons.json); returns each with its SHA-512."""
    target = VENDOR / source["folder"]
    target.mkdir(parents=True, exist_ok=True)
    for inside, outside in source["files"].items():
        (target / outside).write_bytes((package / inside).read_bytes())
    if source is ICONS:
        table = {
            ours: shapes((package / "icons" / f"{theirs}.svg").read_text())
            for ours, theirs in sorted(ICON_NAMES.items())
        }
        (target / "icons.json").write_text(json.dumps(table, indent=0) + "\n")
    return {f"{source['folder']}/{path.name}": sha512(path) for path in sorted(target.iterdir())}


def sha512(path: Path) -> str:
    """Return the file's SHA-512 in hexadecimal."""
    return hashlib.sha512(path.read_bytes()).hexdigest()


def fetch() -> None:
    """Fetch, check and copy everything, then write VENDOR.json."""
    entries = []
    with tempfile.TemporaryDirectory() as scratch:
        for source in (FONT, ICONS):
            package, digest = unpack(source, Path(scratch))
            kept = {key: source[key] for key in ("package", "version", "licence", "what")}
            entries.append(kept | {"tarball": digest, "files": copy_files(source, package)})
    (VENDOR / "VENDOR.json").write_text(json.dumps(entries, indent=2) + "\n")


def changed() -> list[str]:
    """Return the committed copies that differ from VENDOR.json."""
    entries = json.loads((VENDOR / "VENDOR.json").read_text())
    files = {name: digest for entry in entries for name, digest in entry["files"].items()}
    return [name for name, digest in files.items() if sha512(VENDOR / name) != digest]


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit("\n".join(changed()) or 0)
    fetch()
