#!/usr/bin/env bash
# What the trials of crashes, clocks and certificates use, where it is missing: strace, faketime and openssl of Debian.
set -euo pipefail

if command -v strace > /dev/null && command -v faketime > /dev/null && command -v openssl > /dev/null; then exit 0; fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
    echo "Without strace, faketime and openssl some trials are skipped: apt-get install strace faketime openssl" >&2
    exit 0
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends strace faketime openssl > /dev/null
