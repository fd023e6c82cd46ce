#!/usr/bin/env bash
# Debian's Chromium and fonts for Hangul, where they are missing: the tests of the explorer need both.
set -euo pipefail

if command -v chromium > /dev/null && [ -n "$(fc-list :lang=ko family)" ]; then exit 0; fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
    echo "The tests of the explorer need Chromium and a font for Hangul: apt-get install chromium fontconfig fonts-nanum" >&2
    exit 2
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fontconfig fonts-dejavu-core fonts-nanum > /dev/null
