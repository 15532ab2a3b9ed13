"""The platforms that packages are made for, and what each ecosystem calls them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """One platform; `triple` is Rust's name of it."""

    triple: str
    # Kubernetes', Debian's and krew's names.
    os: str
    arch: str
    # Node's `process.platform` and `process.arch`.
    node_os: str
    node_arch: str
    # What maturin calls the wheel, and what it is too: a static program runs on a Linux with musl as well.
    wheel: str
    wheel_too: str = ""

    @property
    def program(self):
        """The file name of the program."""
        return "swanlab-render.exe" if self.os == "windows" else "swanlab-render"

    @property
    def flags(self):
        """Flags for rustc: no package needs a C library, whatever its version."""
        return [] if self.os == "darwin" else ["-Ctarget-feature=+crt-static"]


TARGETS = [
    Target("x86_64-unknown-linux-gnu", "linux", "amd64", "linux", "x64", "manylinux2014", "musllinux_1_1_x86_64"),
    Target("aarch64-unknown-linux-gnu", "linux", "arm64", "linux", "arm64", "manylinux2014", "musllinux_1_1_aarch64"),
    Target("x86_64-apple-darwin", "darwin", "amd64", "darwin", "x64", "pypi"),
    Target("aarch64-apple-darwin", "darwin", "arm64", "darwin", "arm64", "pypi"),
    Target("x86_64-pc-windows-msvc", "windows", "amd64", "win32", "x64", "pypi"),
]


def named(triple):
    """The target with this name."""
    for target in TARGETS:
        if target.triple == triple:
            return target
    known = ", ".join(target.triple for target in TARGETS)
    raise SystemExit(f"error: no packages are made for {triple}: the targets are {known}")
