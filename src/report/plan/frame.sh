# What is done: the steps below, one after the other, until one fails.
main() {
  yes='' dry='' from='' folder=''
  while [ $# -gt 0 ]; do
    case $1 in
    --yes) yes=yes ;;
    --dry-run) dry=yes ;;
    --from | --write)
      if [ $# -lt 2 ]; then complain "$1 needs a word behind it"; fi
      if [ "$1" = --from ]; then from=$2; else folder=$2; fi
      shift
      ;;
    --from=*) from=${1#*=} ;;
    --write=*) folder=${1#*=} ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) complain "what is $1?" ;;
    esac
    shift
  done
  if [ -n "$from" ]; then
    case " $steps " in
    *" $from "*) ;;
    *) complain "there is no step $from; there are: $steps" ;;
    esac
  fi
  if [ -n "$folder" ]; then
    mkdir "$folder"
    files "$folder"
    exit 0
  fi
  work='' current=''
  trap finish EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  work=$(mktemp -d)
  # What kubectl writes down for a moment stays in there too.
  export TMPDIR="$work" KUBECTL_EXTERNAL_DIFF='diff -rqN'
  files "$work"
  if [ -z "$dry" ]; then
    printf 'cluster: context %s, namespace %s\n' "$(kubectl config current-context || true)" "$namespace"
  fi
  for step in $steps; do
    if [ -n "$from" ] && [ "$step" != "$from" ]; then continue; fi
    from=''
    printf '\n%s: ' "$step"
    about "$step"
    if [ -n "$dry" ]; then
      sed -n "/^do_$(name "$step")() {\$/,/^} # $step\$/p" "$0"
      continue
    fi
    answer=yes
    if [ -z "$yes" ]; then ask "$step"; fi
    if [ "$answer" = skip ]; then continue; fi
    current=$step
    "do_$(name "$step")"
    current=''
  done
  printf '\n'
  if [ -z "$dry" ]; then echo 'all steps are done'; fi
  remarks
}

usage() {
  echo "usage: sh $0 [--yes] [--from STEP] [--dry-run] [--write FOLDER]
  --yes           carry out all steps without asking
  --from STEP     begin at this step; those before it are done already
  --dry-run       show the steps and their commands; carry out nothing
  --write FOLDER  write the manifests into a new folder, for the commands that undo steps; carry out nothing
steps: $steps"
}

complain() {
  printf '%s\n' "$0: $1" >&2
  usage >&2
  exit 2
}

# The name of a step in names of functions.
name() {
  printf '%s\n' "$1" | tr - _
}

# Sets answer.
ask() {
  printf '%s' "carry out $1? [y]es, [s]kip, [q]uit: "
  if ! read -r answer; then
    printf '\n'
    answer=quit
  fi
  case $answer in
  y | Y | yes) answer=yes ;;
  s | S | skip) answer=skip ;;
  *)
    printf '%s\n' "stopped before $1; go on with: sh $0 --from $1"
    exit 1
    ;;
  esac
}

# Runs at the end, however it comes.
finish() {
  code=$?
  trap - EXIT
  if [ -n "$work" ]; then rm -rf "$work"; fi
  if [ "$code" != 0 ] && [ -n "$current" ]; then
    printf '%s\n' '' "step $current has failed. The steps before it are done, and none behind it was begun." \
      "When the cause that stands above is gone, go on with: sh $0 --from $current" >&2
    back >&2
  fi
  exit "$code"
}

# How to undo the current step and those before it, the last one first.
back() {
  reversed=''
  for step in $steps; do
    reversed="$step $reversed"
    if [ "$step" = "$current" ]; then break; fi
  done
  commands=''
  for step in $reversed; do
    if [ -n "$(undo "$step")" ]; then commands="$commands $step"; fi
  done
  if [ -z "$commands" ]; then
    echo 'Nothing has to be undone.'
    return
  fi
  echo "To go back instead, run these commands in the folder that \`sh $0 --write FOLDER\` writes:"
  for step in $commands; do
    printf '# %s\n' "$step"
    undo "$step"
  done
}

# Runs kubectl with manifests. It repeats an object that the server does not accept, and so perhaps the values of a
# Secret: these lines are left out.
quietly() {
  code=0
  "$@" 2> "$work/said" || code=$?
  sed -e '/^{/d' -e '/^&{/d' -e '/^Resource: /d' -e '/^Name: /d' -e '/^Object: /d' "$work/said" >&2
  return "$code"
}

# Runs `kubectl diff`, and fails if something differs.
same() {
  code=0
  "$@" > "$work/differs" 2> "$work/said" || code=$?
  case $code in
  0) ;;
  1)
    echo 'these objects are not as planned:' >&2
    sed -n 's/^Files .*\/\([^/ ]*\) and .* differ$/  \1/p' "$work/differs" >&2
    ;;
  *) cat "$work/said" >&2 ;;
  esac
  return "$code"
}

# Fails if there is one of these objects: NAMESPACE TYPE/NAME…
absent() {
  where=$1
  shift
  found=$(kubectl get -n "$where" "$@" --ignore-not-found -o name)
  if [ -n "$found" ]; then
    echo 'these objects are there already, and nothing is overwritten:' >&2
    printf '%s\n' "$found" >&2
    return 1
  fi
}

# Fails if there is a namespace that cannot be found. Not everybody may ask.
has_namespace() {
  if said=$(kubectl get namespace "$1" -o name 2>&1); then return; fi
  case $said in
  *Forbidden*) ;;
  *)
    printf '%s\n' "$said" >&2
    return 1
    ;;
  esac
}

# Fails if there is a file.
is_new() {
  if [ -e "$1" ]; then
    echo "$1 is there already, and is not overwritten" >&2
    return 1
  fi
}

# Fails if there is no file.
is_there() {
  if ! [ -e "$1" ]; then
    echo "there is no $1 here: it was made before the upgrade" >&2
    return 1
  fi
}

# Ends a script that was carried out before.
carried_out() {
  current=''
  echo 'the cluster has what this plan leads to: it was carried out already, or at least all of its manifests were applied.' \
    "If a step behind them has failed, go on with: sh $0 --from STEP" >&2
  exit 1
}

# Something that a person does.
by_hand() {
  printf '%s\n' "by hand: $1"
}

# What shows whether objects have changed: NAMESPACE TYPE/NAME…
prints() {
  where=$1
  shift
  kubectl get -n "$where" "$@" --no-headers -o "$columns" | while read -r kind object uid generation version; do
    if [ "$generation" = '<none>' ]; then generation="version $version"; fi
    printf '%s\n' "$kind/$object $uid $generation"
  done
}

# Fails if the prints on standard input are not those that the plan was made from.
unchanged() {
  LC_ALL=C sort > "$work/prints.now"
  if cmp -s "$work/prints" "$work/prints.now"; then return; fi
  echo 'these objects have changed since the plan was made, or are gone:' >&2
  diff "$work/prints" "$work/prints.now" | sed -n 's/^[<>] \([^ ]*\) .*/  \1/p' | LC_ALL=C sort -u >&2
  return 1
}
