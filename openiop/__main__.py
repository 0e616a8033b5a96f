"""Let `python -m openiop` do what the `openiop` command does."""

from openiop.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
