#!/usr/bin/env node
// Starts the program. It is in a package of its own for each platform, of which npm installs the one that fits.
"use strict";

const { spawnSync } = require("node:child_process");

const name = `swanlab-render-${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "swanlab-render.exe" : "swanlab-render";

let program;
try {
  program = require.resolve(`${name}/bin/${file}`);
} catch {
  console.error(`error: the npm package ${name} is not installed`);
  console.error("  Install swanlab-render again, with optional dependencies. If there is no such package, there is no");
  console.error("  program for this platform on npm: build it with `cargo install --locked --path .`.");
  process.exit(2);
}

const result = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
if (result.error) {
  console.error(`error: ${program}: ${result.error.message}`);
  process.exit(2);
}
if (result.signal) {
  // A shell sees the same end as without Node in between.
  process.kill(process.pid, result.signal);
} else {
  process.exitCode = result.status;
}
