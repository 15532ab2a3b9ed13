//! What `--help` and the manual page end with: examples, and what exit codes mean. Texts only.

pub(super) const PROGRAM: &str = "\
Examples:
  swanlab-render template -n swanlab -f my-values.yaml | kubectl apply -n swanlab -f -
  swanlab-render diff -n swanlab -f my-values.yaml --against cluster
  swanlab-render lint -f my-values.yaml

Exit codes:
  0  success
  1  there are differences, findings or missing prerequisites
  2  failure: wrong arguments, unreadable or invalid input
  3  only diff: the upgrade would be rejected, or lose data";

pub(super) const TEMPLATE: &str = "\
Examples:
  swanlab-render template -n swanlab -f my-values.yaml
  swanlab-render template my-release -n swanlab -f common.yaml -f production.yaml --set service.server.replicas=3
  swanlab-render template ./my-chart --output-dir manifests

Exit codes: 0 all is well, 2 the work could not be done.";

pub(super) const VALUES: &str = "\
Examples:
  swanlab-render values -f my-values.yaml --only-overrides
  swanlab-render values -f my-values.yaml --origin

Exit codes: 0 all is well, 2 the work could not be done.";

pub(super) const DIFF: &str = "\
Examples:
  swanlab-render diff -n swanlab -f my-values.yaml --against cluster
  swanlab-render diff -n swanlab -f new-values.yaml --from-values old-values.yaml
  swanlab-render diff -n swanlab -f my-values.yaml --against previous.yaml --fail-on outage

Exit codes: 0 no change, 1 changes, 2 the work could not be done, 3 the upgrade would be refused or lose data.";

pub(super) const LINT: &str = "\
Examples:
  swanlab-render lint -f my-values.yaml
  swanlab-render lint -f my-values.yaml --strict -o sarif > lint.sarif
  swanlab-render lint -f my-values.yaml --fix --dry-run | patch -p1

Exit codes (with --fix, after the corrections): 0 no error, 1 errors (with --strict warnings too), 2 the work could not be done.";

pub(super) const MIGRATE: &str = "\
Examples:
  swanlab-render migrate -f old-values.yaml > new-values.yaml
  swanlab-render migrate -f values.yaml --from 0.1.5 --write
  swanlab-render migrate --from-docker ~/swanlab --write
  swanlab-render migrate --from-docker ~/swanlab --archives https://files.example.org/swanlab --checksums sums.txt

Exit codes: 0 all is done, 1 something is left to do by hand, 2 the work could not be done.";

pub(super) const CHECK: &str = "\
Examples:
  swanlab-render check
  swanlab-render check environments --update

Exit codes: 0 all are equal, 1 some differ, are missing or do not render, 2 there is nothing to check.";

pub(super) const SECRET: &str = "\
Examples:
  swanlab-render secret postgres -f my-values.yaml --username swanlab --password-file password.txt | kubectl apply -n swanlab -f -
  swanlab-render secret s3 -f my-values.yaml --check secret.yaml

Exit codes: 0 all is well, 1 --check found differences, 2 the work could not be done.";

pub(super) const PREFLIGHT: &str = "\
Example:
  swanlab-render preflight -n swanlab -f my-values.yaml

Exit codes: 0 the cluster has what is needed, 1 something is missing, 2 there is no kubectl or no cluster.";

pub(super) const BACKUP: &str = "\
Examples:
  swanlab-render backup -n swanlab -f my-values.yaml --method dump > backup.sh
  swanlab-render backup -n swanlab -f my-values.yaml --method dump --restore --suffix 20261124-1530 > restore.sh
  swanlab-render backup -n swanlab -f my-values.yaml --method copy --stores postgres,house | kubectl apply -f -

The output is read and used by a person: a script (dump), or objects for kubectl below a comment that says what else is
needed (snapshot, copy).

Exit codes: 0 all is well, 2 the work could not be done.";

pub(super) const PLAN: &str = "\
Examples:
  swanlab-render plan -n swanlab -f my-values.yaml --against cluster
  swanlab-render plan -n swanlab -f my-values.yaml --against cluster -o script > plan.sh
  swanlab-render plan -n swanlab -f my-values.yaml --from-values old-values.yaml --backup copy
  helm template r any-chart.tgz | swanlab-render plan -n apps --manifests - --against helm:r

Nothing is run. The script holds the manifests, with the values of their Secrets.

Exit codes: 0 there is a plan, perhaps an empty one, 2 the work could not be done, 3 there is no safe way.";

pub(super) const STATUS: &str = "\
Examples:
  swanlab-render status -n swanlab -f my-values.yaml
  swanlab-render status -n swanlab -f my-values.yaml --wait 10m
  helm template r any-chart.tgz | swanlab-render status -n apps --manifests -

Exit codes: 0 all is ready, 1 something is not, 2 there is no kubectl or no cluster, or the work could not be done.";

pub(super) const IMAGES: &str = "\
Examples:
  swanlab-render images -f my-values.yaml
  swanlab-render images -f my-values.yaml --mirror registry.example.org/swanlab
  swanlab-render images -f my-values.yaml --mirror registry.example.org/swanlab -o crane > images.sh

Exit codes: 0 all is well, 2 the work could not be done.";

pub(super) const TOPOLOGY: &str = "\
Examples:
  swanlab-render topology -f my-values.yaml
  swanlab-render topology -f my-values.yaml -o svg > map.svg
  helm template my-release ./chart | swanlab-render topology --manifests - -o mermaid

Exit codes: 0 all is well, 2 the work could not be done.";

pub(super) const SUMMARY: &str = "\
Examples:
  swanlab-render summary -f my-values.yaml
  helm template my-release ./chart | swanlab-render summary --manifests - -o json

Exit codes: 0 all is well, 2 the work could not be done.";

pub(super) const SHOW: &str = "\
Examples:
  swanlab-render show values > values.yaml
  swanlab-render show notes -n swanlab -f my-values.yaml
  swanlab-render show notes -n swanlab -f my-values.yaml --ingress swanlab.example.org --tls swanlab-tls
  swanlab-render show schema > values.schema.json
  swanlab-render show schema --closed > swanlab-values.schema.json

Exit codes: 0 all is well, 2 the work could not be done.";

pub(super) const EXPLAIN: &str = "\
Examples:
  swanlab-render explain service.server.replicas
  swanlab-render explain dependencies.postgres.persistence.storageClass -f my-values.yaml
  swanlab-render explain controller.replicas ./my-chart.tgz -o json

Exit codes: 0 all is well, 2 the work could not be done: the chart has no such key.";

pub(super) const INIT: &str = "\
Examples:
  swanlab-render init
  swanlab-render init -o my-values.yaml --size medium --host swanlab.example.org --storage-class fast --yes
  swanlab-render init --external postgres=db.example.org,redis=cache.example.org --image-registry mirror.example.org/swanlab

Exit codes: 0 the files are written, 2 the work could not be done: no file is left.";

pub(super) const KRM: &str = "\
Example:
  swanlab-render krm < resource-list.yaml

Exit codes: 0 all is well, 1 the list that is printed has errors among its results, 2 the work could not be done.";

pub(super) const MCP: &str = "\
Example, as the configuration of a client:
  {\"mcpServers\": {\"swanlab\": {\"command\": \"swanlab-render\", \"args\": [\"mcp\", \"--within\", \"/srv/swanlab\"]}}}

It answers the Model Context Protocol, a line of JSON each way, until standard input ends. Nothing is written, no cluster
is asked, and values of Secrets are hidden.

Exit codes: 0 standard input has ended, 2 the work could not be done.";

pub(super) const COMPLETIONS: &str = "\
Examples:
  swanlab-render completions bash > ~/.local/share/bash-completion/completions/swanlab-render
  swanlab-render completions fish > ~/.config/fish/completions/swanlab-render.fish

Exit codes: 0 all is well, 2 the work could not be done.";

pub(super) const MAN: &str = "\
Example:
  swanlab-render man | man -l -

Exit codes: 0 all is well, 2 the work could not be done.";

pub(super) const VERSION: &str = "\
Example:
  swanlab-render version

Exit codes: 0 all is well, 2 the work could not be done.";
