"""The packages themselves, each made from the same folder of contents."""

import json
import shutil
import string
import zipfile
from base64 import urlsafe_b64encode
from hashlib import sha256

import archives
import contents
from source import ROOT, environment, quietly, run

PACKAGING = ROOT / "packaging"


def archive(release):
    """The program with its manual, completions and licences: .tar.gz, or .zip for Windows."""
    name = f"swanlab-render-{release.version}-{release.target.triple}"
    entries = {
        f"{name}/{path}": entry for path, entry in contents.files(release.contents, release.target.program).items()
    }
    if release.target.os == "windows":
        path = release.out / f"{name}.zip"
        archives.zip_file(path, entries, release.epoch)
    else:
        path = release.out / f"{name}.tar.gz"
        archives.tar_gz(path, entries, release.epoch)
    return path


def deb(release):
    """The Debian package; what is in it stands in Cargo.toml."""
    path = release.out / f"swanlab-render_{release.version}_{release.target.arch}.deb"
    run(
        "cargo", "deb", "--no-build", "--no-strip", "--quiet", "--target", release.target.triple, "--output", path,
        env=environment(release.target, release.cargo),
    )  # fmt: skip
    return path


def wheel(release):
    """The Python wheel. Maturin calls cargo again, which finds everything built."""
    raw = empty(release.contents.parent / "wheel")
    quietly(
        "maturin", "build", "--release", "--locked", "--target", release.target.triple, "--out", raw,
        "--compatibility", release.target.wheel,
        env=environment(release.target, release.cargo),
    )  # fmt: skip
    (built,) = raw.glob("*.whl")
    entries = {}
    with zipfile.ZipFile(built) as archive:
        for entry in archive.infolist():
            entries[entry.filename] = (archive.read(entry), entry.external_attr >> 16 & 0o777)
    (information,) = {name.split("/")[0] for name in entries if ".dist-info/" in name}
    name = built.name
    if release.target.wheel_too:
        content, mode = entries[f"{information}/WHEEL"]
        content = content.rstrip(b"\n") + f"\nTag: py3-none-{release.target.wheel_too}\n".encode()
        entries[f"{information}/WHEEL"] = (content, mode)
        name = f"{built.stem}.{release.target.wheel_too}.whl"
    licences = (release.contents / "THIRD-PARTY.txt").read_bytes()
    entries[f"{information}/licenses/THIRD-PARTY.txt"] = (licences, 0o644)
    del entries[f"{information}/RECORD"]
    lines = []
    for entry, (content, _) in sorted(entries.items()):
        digest = urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode()
        lines.append(f"{entry},sha256={digest},{len(content)}\n")
    lines.append(f"{information}/RECORD,,\n")
    entries[f"{information}/RECORD"] = ("".join(lines).encode(), 0o644)
    path = release.out / name
    archives.zip_file(path, entries, release.epoch)
    return path


def npm(release):
    """Two npm packages: one with the program, for one platform, and the one that people install, which starts it."""
    target, version = release.target, release.version
    common = {"version": version, "license": "Apache-2.0"}
    described = "Render, check and diff the Kubernetes manifests of a self-hosted SwanLab"
    platform = {
        "name": npm_platform(target),
        **common,
        "description": f"{described}: the program for {target.node_os} {target.node_arch}",
        "os": [target.node_os],
        "cpu": [target.node_arch],
        "files": ["bin"],
    }
    wrapper = {
        "name": "swanlab-render",
        **common,
        "description": described,
        "keywords": ["kubernetes", "helm", "swanlab", "manifests", "yaml"],
        "bin": {"swanlab-render": "bin/swanlab-render.js"},
        "files": ["bin"],
        "engines": {"node": ">=16"},
        "optionalDependencies": {npm_platform(one): version for one in release.targets},
    }
    licence = (ROOT / "LICENSE").read_bytes()
    program = (release.contents / target.program).read_bytes()
    return [
        npm_package(
            release,
            platform,
            {
                f"bin/{target.program}": (program, 0o755),
                "LICENSE": (licence, 0o644),
                "THIRD-PARTY.txt": ((release.contents / "THIRD-PARTY.txt").read_bytes(), 0o644),
            },
        ),
        npm_package(
            release,
            wrapper,
            {
                "bin/swanlab-render.js": ((PACKAGING / "npm/swanlab-render.js").read_bytes(), 0o755),
                "README.md": ((PACKAGING / "npm/README.md").read_bytes(), 0o644),
                "LICENSE": (licence, 0o644),
            },
        ),
    ]


def npm_platform(target):
    """The name of the package that has the program for a platform; `swanlab-render.js` asks for it."""
    return f"swanlab-render-{target.node_os}-{target.node_arch}"


def npm_package(release, description, entries):
    """One npm package, as `npm pack` would lay it out."""
    path = release.out / f"{description['name']}-{release.version}.tgz"
    text = json.dumps(description, indent=2) + "\n"
    entries = entries | {"package.json": (text.encode(), 0o644)}
    archives.tar_gz(path, {f"package/{name}": entry for name, entry in entries.items()}, release.epoch)
    return path


def sbom(release):
    """What the program is made of, as CycloneDX."""
    name = f"swanlab-render-{release.version}-{release.target.triple}.cdx"
    written = ROOT / f"{name}.json"
    run(
        "cargo", "cyclonedx", "--format", "json", "--spec-version", "1.5", "--target", release.target.triple,
        "--override-filename", name, "--quiet",
        env=environment(release.target, release.cargo),
    )  # fmt: skip
    text = written.read_text(encoding="utf-8").replace(ROOT.as_uri(), "file:///source")
    written.unlink()
    path = release.out / f"{name}.json"
    path.write_text(text, encoding="utf-8")
    return path


def found_archives(folder, version, targets):
    """The archives in a folder, with the platform of each and its SHA-256."""
    for target in targets:
        for suffix in (".tar.gz", ".zip"):
            path = folder / f"swanlab-render-{version}-{target.triple}{suffix}"
            if path.exists():
                yield target, path, sha256(path.read_bytes()).hexdigest()


def krew(folder, version, url, targets):
    """The manifest with which `kubectl krew` installs `kubectl swanlab`."""
    platforms = []
    for target, path, digest in found_archives(folder, version, targets):
        inside = path.name.removesuffix(".tar.gz").removesuffix(".zip")
        platforms.append(
            f"    - selector:\n"
            f"        matchLabels: {{os: {target.os}, arch: {target.arch}}}\n"
            f"      uri: {url}/{path.name}\n"
            f"      sha256: {digest}\n"
            f"      bin: {target.program}\n"
            f"      files:\n"
            f"        - {{from: {inside}/{target.program}, to: .}}\n"
            f"        - {{from: {inside}/LICENSE, to: .}}\n"
        )
    return filled("krew.yaml", folder / "swanlab.yaml", version, url, "".join(platforms).rstrip("\n"))


def homebrew(folder, version, url, targets):
    """The Homebrew formula."""
    names = {"darwin": "macos", "linux": "linux", "amd64": "intel", "arm64": "arm"}
    lines = []
    for target, path, digest in found_archives(folder, version, targets):
        if target.os not in names:
            continue
        lines += [
            f"  on_{names[target.os]} do",
            f"    on_{names[target.arch]} do",
            f'      url "{url}/{path.name}"',
            f'      sha256 "{digest}"',
            "    end",
            "  end",
        ]
    return filled("homebrew.rb", folder / "swanlab-render.rb", version, url, "\n".join(lines))


def filled(template, path, version, url, platforms):
    """A template of this folder, filled in."""
    text = string.Template((PACKAGING / template).read_text(encoding="utf-8"))
    path.write_text(text.substitute(version=version, url=url, platforms=platforms), encoding="utf-8")
    return path


def checksums(folder):
    """SHA256SUMS of all files in a folder, which `sha256sum --check` reads."""
    path = folder / "SHA256SUMS"
    lines = [
        f"{sha256(file.read_bytes()).hexdigest()}  {file.name}\n"
        for file in sorted(folder.iterdir())
        if file.is_file() and file != path
    ]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def empty(folder):
    """The folder, with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
