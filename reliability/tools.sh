#!/usr/bin/env bash
# What the trials of crashes and clocks use, where it is missing: strace and faketime of Debian.
set -euo pipefail

if command -v strace > /dev/null && command -v faketime > /dev/null; then exit 0; fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
    echo "Without strace and faketime some trials are skipped: apt-get install strace faketime" >&2
    exit 0
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends strace faketime > /dev/null
