"""Installs each package as its users do, without network, Rust and this repository, and runs what was installed."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from hashlib import sha256
from pathlib import Path

from source import ROOT

# Users have no cargo here, and no program of ours.
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


class Failed(Exception):
    """Something was not as it should be."""


class Skipped(Exception):
    """What cannot be installed on this machine, and why."""


def check(release, made):
    """Installs and runs everything. Prints a line each, and gives the names of what failed."""
    if os.name == "nt":
        print("skipped: the packages are not installed (this is written for Unix)")
        return []
    expected = subprocess.run(
        [release.contents / release.target.program, "template"], stdout=subprocess.PIPE, check=True
    ).stdout
    if expected.count(b"\nkind: ") < 20:
        raise SystemExit("error: the program that was built does not print the default objects")
    if shutil.which("cargo", path=PATH):
        print(f"note: cargo is in one of {PATH}, so only the installation on a Debian of its own is without Rust")
    print(f"{'':<52} {'size':>9}  {'installed in':>12}  {'first render':>12}", flush=True)
    failed = []
    for kind, install in INSTALLS.items():
        files = made.get(kind, [])
        if kind in ("archive", "deb", "wheel", "npm") and not files:
            continue
        with tempfile.TemporaryDirectory(prefix="swanlab-render-installed-") as folder:
            place = Place(Path(folder), release, expected)
            try:
                took, commands = install(place, made)
                first = [place.renders(command) for command in commands][0]
            except Skipped as why:
                print(f"skipped: {kind} is not installed ({why})", flush=True)
            except Failed as what:
                print(f"FAILED: {kind}: {what}", flush=True)
                failed.append(f"{kind} does not work")
            else:
                size = sum(file.stat().st_size for file in files)
                name = files[0].name if files else NAMES[kind]
                shown = f"{size / 1e6:.1f} MB" if size else ""
                name = name if len(name) <= 52 else f"{name[:40]}…{name[-11:]}"
                print(f"{name:<52} {shown:>9}  {took:>10.2f} s  {first * 1000:>9.0f} ms", flush=True)
    return failed


class Place:
    """An empty folder where one package is installed, with the environment that its user has."""

    def __init__(self, folder, release, expected):
        self.folder, self.release, self.expected = folder, release, expected
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.environment = {"PATH": f"{self.bin}:{PATH}", "HOME": str(folder), "LANG": "C.UTF-8", "TMPDIR": str(folder)}

    def tool(self, *names):
        """Lends programs of this machine to the user, by name."""
        for name in names:
            found = shutil.which(name)
            if not found:
                raise Skipped(f"{name} is not installed")
            if not (self.bin / name).exists():
                (self.bin / name).symlink_to(os.path.realpath(found))

    def run(self, *command, online=False, **options):
        """Runs a command as the user, without network unless it needs that."""
        options = {"cwd": self.folder, "env": self.environment, "stdin": subprocess.DEVNULL, **options}
        command = [str(word) for word in command]
        before = [] if online else offline()
        result = subprocess.run(before + command, capture_output=True, check=False, **options)
        if result.returncode:
            text = (result.stdout + result.stderr).decode(errors="replace").strip()
            raise Failed(f"`{' '.join(command)}` ends with {result.returncode}: {text}")
        return result

    def fails(self, *command, **options):
        """Whether a command fails, as it should."""
        command = offline() + [str(word) for word in command]
        options = {"cwd": self.folder, "env": self.environment, "stdin": subprocess.DEVNULL, **options}
        return subprocess.run(command, capture_output=True, check=False, **options).returncode != 0

    def renders(self, command):
        """Runs what was installed. It must be the program that was built, and print what that prints."""
        start = time.monotonic()
        result = self.run(*command, "template")
        took = time.monotonic() - start
        if result.stdout != self.expected or result.stderr:
            raise Failed(f"`{' '.join(map(str, command))} template` prints something else: {result.stderr.decode()}")
        version = self.run(*command, "--version").stdout.decode().strip()
        if version != f"swanlab-render {self.release.version}":
            raise Failed(f"its version is {version!r}")
        wrong = subprocess.run(
            offline() + [str(word) for word in command] + ["template", "-f", "none.yaml"],
            cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, check=False,
        )  # fmt: skip
        if wrong.returncode != 2 or wrong.stdout:
            raise Failed(f"an error ends with exit code {wrong.returncode}")
        return took

    def same_program(self, path):
        """The program in a package is the one that was built."""
        if Path(path).read_bytes() != (self.release.contents / self.release.target.program).read_bytes():
            raise Failed(f"{path} is not the program that was built")


def offline():
    """The beginning of a command that has no network, where that can be had."""
    if not hasattr(offline, "command"):
        command = ["unshare", "--net", "--"]
        works = shutil.which("unshare") and not subprocess.run(command + ["true"], capture_output=True).returncode
        if not works:
            print("note: `unshare --net` does not work here: the packages are installed with the network at hand")
        offline.command = command if works else []
    return offline.command


def timed(action):
    """Runs it, and gives the seconds that it took."""
    start = time.monotonic()
    action()
    return time.monotonic() - start


def archive(place, made):
    (path,) = made["archive"]
    sums = (place.release.out / "SHA256SUMS").read_text().splitlines()
    if f"{sha256(path.read_bytes()).hexdigest()}  {path.name}" not in sums:
        raise Failed("SHA256SUMS has another checksum")
    with tarfile.open(path) as packed:
        names = packed.getnames()
    took = timed(lambda: place.run("tar", "xzf", path))
    (top,) = {name.split("/")[0] for name in names}
    for name in ("swanlab-render.1", "LICENSE", "THIRD-PARTY.txt", "completions/_swanlab-render"):
        if f"{top}/{name}" not in names:
            raise Failed(f"{name} is missing")
    program = place.folder / top / place.release.target.program
    place.same_program(program)
    if place.release.target.os == "linux":
        needs_no_library(program)
    return took, [[program]]


def needs_no_library(program):
    """A program for Linux that has no interpreter is loaded by the kernel alone."""
    if not shutil.which("readelf"):
        print("skipped: whether the program needs a C library (readelf is not installed)")
        return
    found = subprocess.run(["readelf", "--wide", "--segments", "--dynamic", program], capture_output=True, text=True)
    if "LOAD" not in found.stdout or "INTERP" in found.stdout or "(NEEDED)" in found.stdout:
        raise Failed("the program needs shared libraries")


# What the .deb has for its users.
DEB_FILES = (
    "/usr/bin/swanlab-render",
    "/usr/share/man/man1/swanlab-render.1.gz",
    "/usr/share/bash-completion/completions/swanlab-render",
    "/usr/share/zsh/vendor-completions/_swanlab-render",
    "/usr/share/fish/vendor_completions.d/swanlab-render.fish",
    "/usr/share/doc/swanlab-render/copyright",
    "/usr/share/doc/swanlab-render/docs/install.md",
)


def deb(place, made):
    """Into a root that has nothing, not even a C library: the package must bring all that it needs."""
    (path,) = made["deb"]
    if os.geteuid():
        raise Skipped("only root can use `dpkg --root`")
    place.tool("dpkg")
    root = place.folder / "root"
    (root / "var/lib/dpkg/updates").mkdir(parents=True)
    (root / "var/lib/dpkg/info").mkdir()
    (root / "var/lib/dpkg/status").touch()
    took = timed(lambda: place.run("dpkg", "--root", root, "--install", path))
    listed = place.run("dpkg", "--root", root, "--listfiles", "swanlab-render").stdout.decode().splitlines()
    for name in DEB_FILES:
        # Documentation may be compressed.
        if not any(one in listed and (root / one.lstrip("/")).is_file() for one in (name, f"{name}.gz")):
            raise Failed(f"{name} is missing")
    place.same_program(root / "usr/bin/swanlab-render")
    return took, [["chroot", root, "/usr/bin/swanlab-render"]]


def wheel(place, made):
    """With a Python that has only pip, and no index of packages."""
    (path,) = made["wheel"]
    environment = place.folder / "environment"
    place.run(os.path.realpath(sys.executable), "-m", "venv", environment)
    install = [environment / "bin/pip", "install", "--no-index", "--quiet", "--disable-pip-version-check"]
    took = timed(lambda: place.run(*install, path))
    place.same_program(environment / "bin/swanlab-render")
    place.run(environment / "bin/pip", "uninstall", "--yes", "--quiet", "swanlab-render")
    if (environment / "bin/swanlab-render").exists():
        raise Failed("it cannot be uninstalled")
    # Users of `--target` have the program in a folder that is not Python's.
    place.run(*install, "--target", place.folder / "elsewhere", path)
    place.environment["PYTHONPATH"] = str(place.folder / "elsewhere")
    place.renders([environment / "bin/python", "-m", "swanlab_render"])
    del place.environment["PYTHONPATH"]
    place.run(*install, path)
    return took, [[environment / "bin/swanlab-render"], [environment / "bin/python", "-m", "swanlab_render"]]


def npm(place, made):
    platform, wrapper = made["npm"]
    place.tool("node", "npm")
    project = place.folder / "project"
    project.mkdir()
    (project / "package.json").write_text("{}\n")
    install = ["npm", "install", "--offline", "--no-audit", "--no-fund", wrapper, platform]
    took = timed(lambda: place.run(*install, cwd=project))
    with tarfile.open(platform) as packed:
        name = json.load(packed.extractfile("package/package.json"))["name"]
    installed = project / "node_modules" / name
    place.same_program(installed / "bin" / place.release.target.program)
    command = project / "node_modules/.bin/swanlab-render"
    place.renders([command])
    # Without the package for the platform, it says what is missing.
    installed.rename(place.folder / "away")
    missing = subprocess.run([command, "--version"], env=place.environment, capture_output=True, text=True)
    if missing.returncode != 2 or name not in missing.stderr or missing.stdout:
        raise Failed(f"a missing platform package is not reported: {missing.stderr}")
    (place.folder / "away").rename(installed)
    return took, [[command]]


def debian(place, made):
    """On a Debian without Rust: the .deb, the wheel and the archive, one after the other."""
    if os.geteuid() or not shutil.which("debootstrap"):
        raise Skipped("this needs root and debootstrap")
    files = [made[kind][0] for kind in ("deb", "wheel", "archive") if kind in made]
    root = place.folder / "root"
    # Not `shutil.copytree`, which would read devices.
    subprocess.run(["cp", "-a", debian_root(), root], check=True)
    for file in files:
        shutil.copy(file, root / "tmp")
    place.environment |= {"PATH": PATH, "HOME": "/root", "TMPDIR": "/tmp"}
    chroot = ["chroot", root]
    if not place.fails(*chroot, "sh", "-c", "command -v cargo || command -v rustc"):
        raise Failed("Rust is installed")

    def install():
        for file in files:
            name = f"/tmp/{file.name}"
            if file.suffix == ".deb":
                place.run(*chroot, "dpkg", "--install", name)
            elif file.suffix == ".whl":
                place.run(*chroot, "python3", "-m", "venv", "/opt/python")
                place.run(*chroot, "/opt/python/bin/pip", "install", "--no-index", "--quiet", name)
            else:
                place.run(*chroot, "tar", "xzf", name, "-C", "/opt")

    took = timed(install)
    commands = [[*chroot, "/usr/bin/swanlab-render"]] if "deb" in made else []
    if "wheel" in made:
        commands.append([*chroot, "/opt/python/bin/swanlab-render"])
        commands.append([*chroot, "/opt/python/bin/python", "-m", "swanlab_render"])
    top = made["archive"][0].name.removesuffix(".tar.gz")
    commands.append([*chroot, f"/opt/{top}/swanlab-render"])
    if "deb" in made:
        manual = place.run(*chroot, "man", "-P", "cat", "swanlab-render").stdout.decode()
        if "SYNOPSIS" not in manual:
            raise Failed("`man swanlab-render` does not show the manual")
    return took, commands


def debian_root():
    """A small Debian, made once and kept; only this needs the network."""
    kept = Path.home() / ".cache/swanlab-render/debian-bookworm"
    if not kept.is_dir():
        kept.parent.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix="debian-", dir=kept.parent))
        command = ["debootstrap", "--variant=minbase", "--include=python3-venv,man-db", "bookworm", making / "root"]
        result = subprocess.run([str(word) for word in command], capture_output=True)
        if not result.returncode:
            (making / "root").rename(kept)
        shutil.rmtree(making, ignore_errors=True)
        if result.returncode:
            raise Skipped("debootstrap cannot make a Debian here")
    return kept


def image(place, made):
    """The image of the Containerfile, built and run without network."""
    if place.release.target.os != "linux":
        raise Skipped("images are for Linux")
    if os.geteuid() or not shutil.which("buildah"):
        raise Skipped("this needs root and buildah")
    place.tool("buildah")
    options = ["--root", place.folder / "storage", "--runroot", place.folder / "run", "--storage-driver", "vfs"]
    build = ["buildah", *options, "build", "--isolation", "chroot", "--timestamp", place.release.epoch,
             "--file", ROOT / "packaging/Containerfile", "--tag", "swanlab-render", place.release.contents]  # fmt: skip
    took = timed(lambda: place.run(*build))
    pushed = place.folder / "pushed"
    place.run("buildah", *options, "push", "swanlab-render", f"dir:{pushed}")
    manifest = json.loads((pushed / "manifest.json").read_text())
    settings = json.loads((pushed / manifest["config"]["digest"].removeprefix("sha256:")).read_text())["config"]
    if settings["User"] != "65532:65532" or settings["Entrypoint"] != ["swanlab-render"]:
        raise Failed(f"the image runs {settings['Entrypoint']} as {settings['User']}")
    root = place.folder / "root"
    root.mkdir()
    for layer in manifest["layers"]:
        place.run("tar", "xzf", pushed / layer["digest"].removeprefix("sha256:"), "-C", root)
    place.same_program(root / "usr/bin/swanlab-render")
    others = [path for path in root.rglob("*") if path.is_file() and "share/doc" not in str(path)]
    if others != [root / "usr/bin/swanlab-render"]:
        raise Failed(f"there is more in the image: {others}")
    container = place.run("buildah", *options, "from", "swanlab-render").stdout.decode().strip()
    # As the user and with the PATH that the image names.
    return took, [["buildah", *options, "run", "--isolation", "chroot", container, "--", *settings["Entrypoint"]]]


def krew(place, made):
    """With the real krew, which reads the manifest and compares the checksum of the archive."""
    place.tool("krew", "kubectl", "git")
    place.environment["KREW_ROOT"] = str(place.folder / "krew")
    place.environment["PATH"] = f"{place.folder}/krew/bin:" + place.environment["PATH"]
    manifest = place.release.out / "swanlab.yaml"
    took = timed(lambda: place.run("krew", "install", "--manifest", manifest, "--archive", made["archive"][0]))
    return took, [["kubectl", "swanlab"]]


def homebrew(place, made):
    """Not with Homebrew, which is not in any registry: Ruby runs the formula with what it uses of Homebrew."""
    place.tool("ruby")
    formula = [ROOT / "packaging/homebrew-test.rb", place.release.out / "swanlab-render.rb", made["archive"][0]]
    took = timed(lambda: place.run("ruby", *formula))
    return took, [[place.folder / "cellar/bin/swanlab-render"]]


def action(place, made):
    """The first step of action.yml, with the archive as GitHub would have it among its releases."""
    place.tool("curl")
    names = {"linux": "Linux", "darwin": "macOS", "amd64": "X64", "arm64": "ARM64"}
    target = place.release.target
    place.environment |= {
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_PATH": str(place.folder / "path"),
        "RUNNER_TEMP": str(place.folder),
        "RUNNER_OS": names[target.os],
        "RUNNER_ARCH": names[target.arch],
        "VERSION": "",
        "URL": place.release.out.as_uri(),
    }
    took = timed(lambda: place.run(ROOT / "packaging/action/install"))
    program = Path((place.folder / "path").read_text().strip()) / target.program
    place.same_program(program)
    return took, [[program]]


def pre_commit(place, made):
    """The configuration of docs/ci/README.md, with the wheel instead of its name in an index."""
    if "wheel" not in made:
        raise Skipped("there is no wheel")
    place.tool("pre-commit", "git")
    page = (ROOT / "docs/ci/README.md").read_text(encoding="utf-8")
    (configuration,) = [text for text in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "repo: local" in text]
    package = f"swanlab-render=={place.release.version}"
    if package not in configuration:
        raise Failed(f"docs/ci/README.md does not install {package}")
    project = place.folder / "project"
    project.mkdir()
    (project / ".pre-commit-config.yaml").write_text(configuration.replace(package, str(made["wheel"][0])))
    (project / "a.values.yaml").write_text("{}\n")
    (project / "a.golden.yaml").write_bytes(place.expected)
    for words in (["init", "--quiet"], ["add", "--all"]):
        place.run("git", *words, cwd=project)
    try:
        # It makes a package of its own around the wheel, and fetches what that needs.
        took = timed(lambda: place.run("pre-commit", "install-hooks", online=True, cwd=project))
    except Failed as what:
        raise Skipped(f"pre-commit cannot make its environment: {str(what).splitlines()[-1]}") from what
    place.run("pre-commit", "run", "--all-files", cwd=project)
    (project / "a.values.yaml").write_text("service: {server: {replicas: 9}}\n")
    place.run("git", "add", "--all", cwd=project)
    if not place.fails("pre-commit", "run", "--all-files", cwd=project):
        raise Failed("a golden file that is out of date is accepted")
    (program,) = (place.folder / ".cache/pre-commit").glob("*/py_env*/bin/swanlab-render")
    return took, [[program]]


INSTALLS = {
    "archive": archive,
    "deb": deb,
    "wheel": wheel,
    "npm": npm,
    "debian": debian,
    "image": image,
    "krew": krew,
    "homebrew": homebrew,
    "action": action,
    "pre-commit": pre_commit,
}
# What the table calls those that are not a file.
NAMES = {
    "debian": "all three on a Debian without Rust",
    "image": "image",
    "krew": "kubectl swanlab, by krew",
    "homebrew": "Homebrew formula, without Homebrew",
    "action": "action.yml",
    "pre-commit": "pre-commit",
}
