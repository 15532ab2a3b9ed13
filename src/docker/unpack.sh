# Unpacks an archive (.tar.gz) into a folder, which is empty: all of it or nothing. For the sh of BusyBox and for dash.
# FILE_URL: where the archive is.
# SHA256: its checksum. If it is empty, the file FILE_URL.sha256 must have it.
# EXPECTED: names, one of which the archive must have, so that it is the right one and has the right layout.
# ONLY: the single name at the top of the archive; if it is empty, there may be any.
set -eu
to=${TO:-/data}
# The archive is unpacked into the first folder, which gets the second name when all of it is right.
incoming=$to/.incoming
unpacked=$to/.unpacked
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# stop TEXT: ends without a trace.
stop() {
  rm -rf "$incoming"
  printf '%s\n' "$1" >&2
  exit 1
}

# Whether a folder holds nothing but what file systems put there, this script, or a name that is given.
is_empty() {
  for one in "$1"/* "$1"/.[!.]* "$1"/..?*; do
    case $one in "$1/lost+found" | "$incoming" | "$1/${2:-lost+found}") continue ;; esac
    if [ -e "$one" ] || [ -L "$one" ]; then return 1; fi
  done
}

# Moves everything to its place. A run that was interrupted here is continued by the next one.
finish() {
  rm -rf "$unpacked/lost+found"
  for one in "$unpacked"/* "$unpacked"/.[!.]* "$unpacked"/..?*; do
    if [ -e "$one" ] || [ -L "$one" ]; then mv "$one" "$to/"; fi
  done
  rmdir "$unpacked"
  sync
  echo 'the archive was unpacked'
  exit 0
}

if [ -d "$unpacked" ]; then finish; fi
if ! is_empty "$to"; then
  stop 'the claim is not empty; nothing was unpacked. Take a new claim, or empty this one if nobody needs its files'
fi
sum=${SHA256:-}
if [ -z "$sum" ]; then
  sum=$(wget -q -O - "$FILE_URL.sha256") ||
    stop 'the file FILE_URL.sha256 cannot be fetched; put it beside the archive, or write the checksum into SHA256'
fi
# What sha256sum writes has the name of the file behind it.
sum=${sum%%[!0-9a-f]*}
if [ "${#sum}" != 64 ]; then
  stop 'the checksum does not begin with 64 digits (0-9, a-f), as sha256sum writes them; nothing was unpacked'
fi

rm -rf "$incoming"
mkdir "$incoming"
mkfifo "$work/pipe"
sha256sum < "$work/pipe" > "$work/sum" &
{ wget -q -O - "$FILE_URL" || : > "$work/not-fetched"; } | tee "$work/pipe" | {
  tar -xzp --numeric-owner -f - -C "$incoming" 2> "$work/said" || : > "$work/not-unpacked"
  # The checksum is that of everything.
  cat > /dev/null
}
wait
if [ -e "$work/not-fetched" ]; then stop 'the archive cannot be fetched from FILE_URL; nothing was unpacked'; fi
if [ "$(cut -d ' ' -f 1 "$work/sum")" != "$sum" ]; then
  stop 'the archive has another checksum: it was damaged or changed after the checksum was made; nothing was unpacked'
fi
cat "$work/said" >&2
# tar takes away what would lead out of the folder, and says so.
if grep -qi 'removing leading' "$work/said"; then
  stop 'the archive has names that lead out of the folder; make it again, as it is described; nothing was unpacked'
fi
if [ -e "$work/not-unpacked" ]; then stop 'not all of the archive could be unpacked; nothing stays in the claim'; fi
found=
for name in $EXPECTED; do
  if [ -e "$incoming/$name" ]; then found=$name; fi
done
if [ -z "$found" ]; then
  stop "the archive has none of: $EXPECTED; it is another one, or packed from another folder; nothing was unpacked"
fi
if [ -n "${ONLY:-}" ] && ! is_empty "$incoming" "$ONLY"; then
  stop "the archive has more than the folder $ONLY at its top; pack nothing else; nothing was unpacked"
fi
sync
mv "$incoming" "$unpacked"
finish
