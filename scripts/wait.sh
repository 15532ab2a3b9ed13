# Waiting for other services, by plain TCP connections. A script that says what to wait for is appended to this one.
# Written for POSIX sh with BusyBox' nc. Nothing here prints a URL: it may hold a password.
set -eu
trap 'exit 143' TERM
trap 'exit 130' INT

# wait_for NAME HOST PORT: returns once HOST:PORT accepts a connection.
# `-e true` ends nc as soon as it is connected; without it, nc would stay with a server that waits for us to speak.
wait_for() {
  echo "waiting for $1 at $2 port $3"
  until nc -w 2 "$2" "$3" -e true </dev/null >/dev/null 2>&1; do
    sleep 2
  done
  echo "$1 accepts connections"
}

# wait_for_url NAME URL DEFAULT_PORT: the same for SCHEME://[USER[:PASSWORD]@]HOST[:PORT][/PATH][?QUERY].
# There is nothing to wait for if URL is empty.
wait_for_url() {
  [ -n "$2" ] || return 0
  rest=${2#*://}
  read_address "$rest" "$3"
  if ! is_address; then
    # Perhaps a "?" in the password has been taken for the start of the query.
    read_address "${rest##*@}" "$3"
  fi
  if ! is_address; then
    echo "the URL of $1 names no host and port" >&2
    exit 1
  fi
  wait_for "$1" "$host" "$port"
}

# read_address TEXT DEFAULT_PORT: sets host and port from [USER[:PASSWORD]@]HOST[:PORT][/PATH][?QUERY].
# All up to the last "@" ahead of the query is credentials, so that a password may hold a bare "@" or "/".
read_address() {
  address=${1%%\?*=*}
  address=${address##*@}
  address=${address%%[/?#]*}
  case $address in
    \[*\]*)
      host=${address#\[}
      host=${host%%\]*}
      port=${address#*\]}
      ;;
    *)
      host=${address%%:*}
      port=${address#"$host"}
      ;;
  esac
  port=${port#:}
  port=${port:-$2}
}

# is_address: whether host and port look like ones.
is_address() {
  case $host in '' | *[!0-9A-Za-z._:%-]*) return 1 ;; esac
  case $port in '' | *[!0-9]*) return 1 ;; esac
}
