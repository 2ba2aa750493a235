#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image: it installs the grader.
set -euo pipefail
top=${AUTOGRADER:-/autograder}
cd "$(dirname "$0")"

new_enough() {
    command -v "$1" > /dev/null &&
        "$1" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2> /dev/null
}

python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if new_enough "$name"; then
            echo "$name"
            return
        fi
    done
    return 1
}

if ! python > /dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q
    for name in python3 python3.12 python3.11; do
        apt-get install -q -y --no-install-recommends "$name" "$name-venv" || continue
        if new_enough "$name"; then
            break
        fi
    done
fi

"$(python)" -m venv "$top/python"
pip=("$top/python/bin/python" -m pip --disable-pip-version-check --no-cache-dir)
"${pip[@]}" install -q --constraint constraints.txt --requirement requirements.txt
"${pip[@]}" install -q --no-deps nnf_teach-*.whl

# What a submission must not read is closed to all but root, who alone runs the grader.
chmod 711 "$top"
chmod -R go= "$top/source" "$("$top/python/bin/python" -I -c 'import nnf_teach; print(nnf_teach.__path__[0])')"
"$top/python/bin/python" -I -m nnf_teach.grading.gradescope.run --try
