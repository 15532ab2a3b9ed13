# Readies the data directory for PostgreSQL, which runs as user 999 and refuses a directory that others can read.
set -eu

data=/var/lib/postgresql/data
mkdir -p "$data"
chown 999:999 "$data"
chmod 700 "$data"
echo "$data belongs to user 999, mode 700"
