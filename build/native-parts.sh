#!/usr/bin/env bash
# Installs the programs that demo or test start and that are missing here. What can't be installed is named, and left out there.
set -euo pipefail

# 'command-or-folder apt-package brew-package'
parts=(
    'pdftotext poppler-utils poppler'
    'qpdf qpdf qpdf'
    'tesseract tesseract-ocr tesseract'
    '/usr/share/poppler poppler-data poppler'
    '/usr/share/fonts/opentype/urw-base35 fonts-urw-base35 poppler'
)

# Only tests start a broker, and it is large.
if [[ ${1:-} == test ]]; then parts+=('rabbitmq-server rabbitmq-server rabbitmq'); fi

# Where Debian puts what is not for everybody.
PATH=$PATH:/usr/sbin

is_there() {
    # Data without a command is known by its folder; Homebrew brings it with Poppler itself.
    if [[ $1 == /* ]]; then [[ -e $1 ]] || command -v brew >/dev/null; else command -v "$1" >/dev/null; fi
}

for part in "${parts[@]}"; do
    read -r command apt brew <<<"$part"
    if is_there "$command"; then continue; fi
    if command -v apt-get >/dev/null && [[ $EUID -eq 0 ]]; then
        apt-get install -y "$apt" || { apt-get update && apt-get install -y "$apt"; }
    elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then
        sudo -n apt-get install -y "$apt" || { sudo -n apt-get update && sudo -n apt-get install -y "$apt"; }
    elif command -v brew >/dev/null; then
        brew install "$brew"
    else
        false
    fi </dev/null || echo "$command is missing; install the package $apt (apt) or $brew (brew)." >&2
done
