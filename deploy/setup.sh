#!/bin/sh
# Set up hinomi in ./.venv on a machine that has Python 3.11 or newer and nothing else.
# Everything comes from package registries by the lock files; nothing outside this folder is touched,
# except that a Debian without python3-venv gets virtualenv's own bundled pip.
set -eu
cd "$(dirname "$0")/.."
PYTHON="${PYTHON:-python3}"

# Behind a company's own certificate authority the system's certificates are the ones that count.
export UV_SYSTEM_CERTS=true UV_NATIVE_TLS=true NODE_OPTIONS="--use-system-ca"

say() { printf 'hinomi setup: %s\n' "$1" >&2; }

command -v "$PYTHON" >/dev/null 2>&1 || {
    say "Python が見つかりません。python3 (3.11 以降) を入れてください (Python 3.11 or newer is needed)."
    exit 1
}
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    say "Python 3.11 以降が必要です (Python 3.11 or newer is needed; this is $("$PYTHON" -V))."
    exit 1
}

if [ ! -x .venv/bin/python ]; then
    say "creating .venv"
    "$PYTHON" -m venv .venv 2>/dev/null || {
        rm -rf .venv
        "$PYTHON" -m virtualenv .venv 2>/dev/null || {
            if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
                say "installing python3-venv"
                apt-get update -qq && apt-get install -y -qq python3-venv
                "$PYTHON" -m venv .venv
            else
                say "python3-venv がありません。「sudo apt-get install python3-venv」のあと、もう一度 (install python3-venv, then again)."
                exit 1
            fi
        }
    }
fi

say "installing Python packages (requirements.lock)"
.venv/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.9"
.venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements.lock
.venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .

say "installing front-end packages (package-lock.json)"
PATH="$PWD/.venv/bin:$PATH" .venv/bin/npm ci --silent --no-audit --no-fund

.venv/bin/python -m hinomi.console.shell.messages >/dev/null

say "ready"
