"""The commit that packages are made from: its version and time, and the program that cargo builds from it."""

import json
import os
import subprocess
import sys
from pathlib import Path

from targets import TARGETS, named

ROOT = Path(__file__).resolve().parents[2]


def run(*command, **options):
    """Runs a command and gives its standard output; its failure ends everything."""
    options = {"cwd": ROOT, "stdout": subprocess.PIPE, **options}
    result = subprocess.run([str(word) for word in command], **options)
    if result.returncode:
        sys.stderr.buffer.write(result.stderr or b"")
        raise SystemExit(f"error: {' '.join(map(str, command))}: exit code {result.returncode}")
    return result.stdout


def quietly(*command, **options):
    """The same for a command that is talkative: what it says is only shown when it fails."""
    return run(*command, stderr=subprocess.PIPE, **options)


def version():
    """The version in Cargo.toml."""
    metadata = json.loads(run("cargo", "metadata", "--locked", "--no-deps", "--format-version", "1"))
    return metadata["packages"][0]["version"]


def epoch():
    """The time that everything in a package has: SOURCE_DATE_EPOCH, else that of the commit."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    return int(given or run("git", "log", "-1", "--format=%ct"))


def host():
    """The platform that this machine is."""
    lines = run("rustc", "-vV", text=True).splitlines()
    return named(next(line for line in lines if line.startswith("host: ")).removeprefix("host: "))


def environment(target, folder):
    """What cargo, and whoever calls it, builds with: the same bytes in every folder."""
    home = os.environ.get("CARGO_HOME") or Path.home() / ".cargo"
    # The last prefix that fits decides.
    prefixes = [(home, "/cargo"), (ROOT, "/source"), (folder, "/target")]
    flags = target.flags + [f"--remap-path-prefix={path}={name}" for path, name in prefixes]
    # On a Mac the linker stamps the program with a number of its own otherwise.
    if target.os == "darwin":
        flags.append("-Clink-arg=-Wl,-reproducible")
    if target.os == "windows":
        flags.append("-Clink-arg=/Brepro")
    return os.environ | {
        "CARGO_ENCODED_RUSTFLAGS": "\x1f".join(flags),
        "CARGO_TARGET_DIR": str(folder),
        "CARGO_INCREMENTAL": "0",
        "SOURCE_DATE_EPOCH": str(epoch()),
    }


def build(target, folder):
    """Builds the program in a folder for cargo, and gives its path."""
    run("cargo", "build", "--release", "--locked", "--target", target.triple, env=environment(target, folder))
    return folder / target.triple / "release" / target.program


def may_run(target):
    """Whether this machine can run programs for a target."""
    return target == host()


__all__ = ["ROOT", "TARGETS", "build", "environment", "epoch", "host", "may_run", "quietly", "run", "version"]
