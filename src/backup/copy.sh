# Copies all files of one folder into another, which is empty, and compares both. For the sh of BusyBox and for dash.
# COMPLETE=required: the first folder must be a copy that this script has finished.
# ASIDE=NAME: the present files of the second folder are moved into this new folder in it first.
set -eu
from=${FROM:-/from}
to=${TO:-/to}
# The sums of a finished copy; the folder with a copy that was not finished has none.
sums=.copied.sha256
# A folder that is no part of the copy.
aside=${ASIDE:-lost+found}

stop() {
  printf '%s\n' "$1" >&2
  exit 1
}

# Whether a folder holds nothing but what file systems put there.
is_empty() {
  for one in "$1"/* "$1"/.[!.]* "$1"/..?*; do
    case $one in "$1/lost+found" | "$1/$aside") continue ;; esac
    if [ -e "$one" ] || [ -L "$one" ]; then return 1; fi
  done
}

# list FOLDER FILE: the contents of all files, and mode, owner and name of everything, in an order that two folders share.
list() {
  (
    cd "$1"
    find . -path ./lost+found -prune -o -path "./$aside" -prune -o -path "./$sums*" -o -type f -exec sha256sum {} + > "$2"
    find . -path ./lost+found -prune -o -path "./$aside" -prune -o -path "./$sums*" -o ! -name . -exec stat -c '%f %u %g %N' {} + >> "$2"
    LC_ALL=C sort "$2" > "$2.sorted"
    mv "$2.sorted" "$2"
  )
}

if [ -n "${ASIDE:-}" ] && ! [ -e "$to/$aside" ] && ! is_empty "$to"; then
  mkdir "$to/$aside"
  for one in "$to"/* "$to"/.[!.]* "$to"/..?*; do
    case $one in "$to/lost+found" | "$to/$aside") continue ;; esac
    if [ -e "$one" ] || [ -L "$one" ]; then mv "$one" "$to/$aside/"; fi
  done
fi
if ! is_empty "$to"; then
  stop 'the claim to copy into is not empty; nothing was copied. Take a new claim, or empty this one if nobody needs its files'
fi
umask 077
if [ "${COMPLETE:-}" = required ]; then
  if ! [ -f "$from/$sums" ]; then
    stop "the claim to copy from has no $sums: it is not a finished copy; nothing was copied"
  fi
  list "$from" "$to/$sums.from"
  cmp -s "$from/$sums" "$to/$sums.from" ||
    stop "the files differ from $sums: the copy has changed since it was made; nothing was copied"
else
  list "$from" "$to/$sums.from"
fi
cp -a "$from/." "$to/" || stop 'not all files were copied; empty the claim before you try again'
rm -f "$to/$sums"
list "$to" "$to/$sums.to" || stop 'not all files can be compared; empty the claim before you try again'
cmp -s "$to/$sums.from" "$to/$sums.to" ||
  stop 'the copy differs: something has written while it was made. Stop the store, empty the claim, and try again'
rm "$to/$sums.to"
if [ "${COMPLETE:-}" = required ]; then
  rm "$to/$sums.from"
else
  mv "$to/$sums.from" "$to/$sums"
fi
sync
echo 'all files were copied and are equal'
