//! Shell scripts that run inside the container of a store. They read users and passwords from the container's variables,
//! so that no secret is an argument of a command.

/// Writes a dump of the PostgreSQL database to standard output, in the custom format of `pg_dump`. The image trusts
/// connections over the local socket.
pub const PG_DUMP: &str = r#"pg_dump -Fc -U "${POSTGRES_USER:-postgres}" -d "${POSTGRES_DB:-${POSTGRES_USER:-postgres}}""#;

/// Reads a dump from standard input to its end, without restoring it.
pub const PG_CHECK: &str = "pg_restore -f /dev/null";

/// Restores the dump on standard input into a new database, and gives it the name of the present one only if that
/// succeeds. The present one is kept under another name.
pub const PG_RESTORE: &str = r#"set -eu
user=${POSTGRES_USER:-postgres}
db=${POSTGRES_DB:-$user}
now=$(date -u +%Y%m%d%H%M%S)_$$
createdb -U "$user" -T template0 "restored_$now"
pg_restore -U "$user" -d "restored_$now" --no-owner --exit-on-error --single-transaction
printf "%s\n" "ALTER DATABASE :\"db\" RENAME TO :\"kept\";" "ALTER DATABASE :\"restored\" RENAME TO :\"db\";" | psql -U "$user" -d postgres --single-transaction -v ON_ERROR_STOP=1 -v db="$db" -v kept="${db}_replaced_$now" -v restored="restored_$now""#;

/// Writes the data of a Redis to standard output, as an RDB file.
pub const REDIS_DUMP: &str = r#"if [ -n "${REDIS_PASSWORD:-}" ]; then export REDISCLI_AUTH="$REDIS_PASSWORD"; fi
redis-cli --rdb -"#;

/// Reads an RDB file from standard input, and checks it to its end.
pub const REDIS_CHECK: &str = r#"set -eu
file=$(mktemp)
cat > "$file"
code=0
redis-check-rdb "$file" >&2 || code=$?
rm -f "$file"
exit "$code""#;

/// Replaces the data of a Redis by the RDB file on standard input. A second server reads the file, with the modules of the
/// first, and the first one copies its data as a replica: that works with an append-only file too, and the present data
/// stay until the file has been read. It ends when the data are on disk: after a copy a Redis writes its append-only file
/// in the background, and until that has been done a restart would bring back the old data. `redis-cli` ends with 0 when
/// the server answers with an error, so the answers are looked at.
pub const REDIS_RESTORE: &str = r#"set -eu
if [ -n "${REDIS_PASSWORD:-}" ]; then export REDISCLI_AUTH="$REDIS_PASSWORD"; fi
folder=$(mktemp -d)
port=${SPARE_PORT:-16379}
socket=$folder/socket
second() { redis-cli -s "$socket" "$@" 2>/dev/null; }
first() {
  answer=$(redis-cli "$@")
  case $answer in OK*) ;; *) printf '%s: %s\n' "$1" "$answer" >&2; exit 1 ;; esac
}
trap 'second SHUTDOWN NOSAVE || true; rm -rf "$folder"' EXIT
cat > "$folder/dump.rdb"
redis-check-rdb "$folder/dump.rdb" >&2
set --
for module in $(redis-cli --raw MODULE LIST | sed -n '/^path$/{n;p;}'); do set -- "$@" --loadmodule "$module"; done
redis-server --bind 127.0.0.1 --port "$port" --unixsocket "$socket" --dir "$folder" --dbfilename dump.rdb --appendonly no --save '' --daemonize yes --logfile "$folder/log" "$@" >&2
tries=0
until second INFO persistence | grep -q '^loading:0'; do
  tries=$((tries + 1))
  if [ "$tries" -gt 600 ]; then tail -n 5 "$folder/log" >&2; echo 'the RDB file cannot be read' >&2; exit 1; fi
  sleep 1
done
first REPLICAOF 127.0.0.1 "$port"
tries=0
until redis-cli INFO replication | grep -q '^master_link_status:up'; do
  tries=$((tries + 1))
  if [ "$tries" -gt 600 ]; then first REPLICAOF NO ONE; echo 'the data cannot be copied' >&2; exit 1; fi
  sleep 1
done
first REPLICAOF NO ONE
tries=0
while redis-cli INFO persistence | grep -q -e '^aof_rewrite_in_progress:1' -e '^aof_rewrite_scheduled:1'; do
  tries=$((tries + 1))
  if [ "$tries" -gt 600 ]; then echo 'the append-only file is not written yet: the data are only in memory' >&2; exit 1; fi
  sleep 1
done
case $(redis-cli INFO persistence) in
  *aof_enabled:1*aof_last_bgrewrite_status:err*) echo 'the append-only file cannot be written: the data are only in memory' >&2; exit 1 ;;
esac
first SAVE"#;

/// Writes a backup of all ClickHouse databases with tables to standard output, as a ZIP file; `$1` is its name in the
/// folder that the default configuration allows for backups (`backups.allowed_path`). `clickhouse-client` reads the user
/// and the password from the variables.
pub const CLICKHOUSE_DUMP: &str = r#"set -eu
file=/var/lib/clickhouse/backups/$1
databases=$(clickhouse-client --query "SELECT arrayStringConcat(arrayMap(name -> concat('DATABASE \`', name, '\`'), arraySort(groupUniqArray(database))), ', ') FROM system.tables WHERE database NOT IN ('system', 'information_schema', 'INFORMATION_SCHEMA')")
if [ -z "$databases" ]; then echo 'there are no tables' >&2; exit 1; fi
trap 'rm -f "$file"' EXIT
clickhouse-client --query "BACKUP $databases TO File('$1')" >&2
cat "$file""#;

/// Restores the backup on standard input; `$1` is its name. The present databases are kept under other names.
pub const CLICKHOUSE_RESTORE: &str = r#"set -eu
file=/var/lib/clickhouse/backups/$1
now=$(date -u +%Y%m%d%H%M%S)_$$
trap 'rm -f "$file"' EXIT
mkdir -p /var/lib/clickhouse/backups
cat > "$file"
clickhouse-client --query "SELECT DISTINCT database FROM system.tables WHERE database NOT IN ('system', 'information_schema', 'INFORMATION_SCHEMA')" | while IFS= read -r database; do
  clickhouse-client --query "RENAME DATABASE \`$database\` TO \`${database}_replaced_$now\`" >&2 < /dev/null
done
clickhouse-client --query "RESTORE ALL FROM File('$1')" >&2"#;
