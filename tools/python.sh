# Sourced by ./run and ./test: sets $python to a Python we support, or says what to install.
# PYTHON=/path/to/python in the environment is tried first.
python=
for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "OpenIOP needs Python 3.11 or later, and found none on this machine." >&2
    echo "Install it (Debian and Ubuntu: apt install python3 python3-venv; macOS: brew install python)," >&2
    echo "or name one you have: PYTHON=/path/to/python3.11 $0" >&2
    exit 1
fi
