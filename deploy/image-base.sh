#!/usr/bin/env bash
# image-base.sh FILE.tar [SUITE [MIRROR...]]: the root file system below a container image of Slipway: a small Debian with Python, made by
# mmdebstrap from signed packages. SUITE is a release of Debian (default: this machine's, else bookworm); MIRROR an address or a line of
# sources.list (default: those of this machine if it is that Debian).
set -euo pipefail

[ $# -ge 1 ] || { echo "usage: image-base.sh FILE.tar [SUITE [MIRROR...]]" >&2; exit 2; }
command -v mmdebstrap >/dev/null || { echo "image-base.sh: there is no mmdebstrap; install it (apt-get install mmdebstrap)" >&2; exit 1; }
file=$1
here=$(. /etc/os-release && [ "${ID:-}" = debian ] && echo "${VERSION_CODENAME:-}" || true)
suite=${2:-${here:-bookworm}}
shift $(($# < 2 ? $# : 2))
if [ $# -eq 0 ] && [ "$suite" = "$here" ]; then
  mapfile -t lists < <(ls /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null)
  [ "${#lists[@]}" -eq 0 ] || set -- "${lists[@]}"
fi

# Python with venv and pip for models and Temporal's server, bubblewrap for the sandbox, and what the command 'slipway' calls. No documents,
# lists or caches: times are fixed, so that the same packages give the same file.
SOURCE_DATE_EPOCH=0 mmdebstrap --variant=minbase --format=tar \
  --include=python3,python3-venv,python3-pip,bubblewrap,ca-certificates,procps \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  "$suite" "$file.new.tar" "$@"
mv "$file.new.tar" "$file"
printf '%s  %d MB\n' "$file" $(($(stat -c %s "$file") >> 20))
