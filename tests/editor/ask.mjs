// Opens texts in yaml-language-server and asks what it says of them, over its protocol on standard input and output.
//
//   node ask.mjs MODULES FOLDER < QUESTIONS > ANSWERS
//
// MODULES is what `get` has filled, FOLDER where the texts are meant to be. A question is {"text": …} for what is wrong,
// and with "line" and "column" (from 0) also for what completes there and what is shown there. The answers are in the same
// order: {"wrong": [{"line", "column", "end", "message"}], "completions": [label], "hover": text}.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, folder] = process.argv.slice(2);
const questions = JSON.parse(readFileSync(0, "utf8"));
const program = join(modules, "node_modules/yaml-language-server/bin/yaml-language-server");
const server = spawn(process.execPath, [program, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
const address = (name) => pathToFileURL(join(resolve(folder), name)).href;

const waiting = new Map();
const published = new Map();
let last = 0;

function send(message) {
  const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
  server.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
  server.stdin.write(body);
}

function ask(method, params) {
  const id = ++last;
  send({ id, method, params });
  return new Promise((done, failed) => waiting.set(id, { done, failed }));
}

// What the server says by itself: questions for settings are answered, and what is wrong is kept.
function heard({ id, method, params, result, error }) {
  if (method === "workspace/configuration") {
    const sections = {
      yaml: { validate: true, hover: true, completion: true, schemaStore: { enable: false }, format: { enable: false } },
    };
    send({ id, result: params.items.map(({ section }) => sections[section] ?? null) });
  } else if (method === "textDocument/publishDiagnostics") {
    published.get(params.uri)?.(params.diagnostics);
  } else if (method && id !== undefined) {
    send({ id, result: null });
  } else if (waiting.has(id)) {
    const { done, failed } = waiting.get(id);
    waiting.delete(id);
    if (error) failed(new Error(error.message));
    else done(result);
  }
}

let bytes = Buffer.alloc(0);
server.stdout.on("data", (more) => {
  bytes = Buffer.concat([bytes, more]);
  for (;;) {
    const end = bytes.indexOf("\r\n\r\n");
    if (end < 0) return;
    const length = Number(/Content-Length: (\d+)/i.exec(bytes.toString("latin1", 0, end))[1]);
    if (bytes.length < end + 4 + length) return;
    const message = bytes.toString("utf8", end + 4, end + 4 + length);
    bytes = bytes.subarray(end + 4 + length);
    heard(JSON.parse(message));
  }
});
server.on("exit", (code) => {
  if (last >= 0) process.exitCode = code || 1;
});

await ask("initialize", {
  processId: process.pid,
  rootUri: address(""),
  workspaceFolders: [{ uri: address(""), name: "values" }],
  capabilities: {
    workspace: { configuration: true, workspaceFolders: true },
    textDocument: {
      publishDiagnostics: {},
      hover: { contentFormat: ["markdown", "plaintext"] },
      completion: { completionItem: { snippetSupport: true } },
    },
  },
});
send({ method: "initialized", params: {} });

const answers = [];
for (const [number, { text, line, column }] of questions.entries()) {
  const uri = address(`values-${number}.yaml`);
  const wrong = new Promise((done) => published.set(uri, done));
  send({
    method: "textDocument/didOpen",
    params: { textDocument: { uri, languageId: "yaml", version: 1, text } },
  });
  const answer = {
    wrong: (await wrong).map(({ range, message }) => ({
      line: range.start.line,
      column: range.start.character,
      end: range.end.character,
      message,
    })),
  };
  if (line !== undefined) {
    const place = { textDocument: { uri }, position: { line, character: column } };
    const completions = await ask("textDocument/completion", place);
    answer.completions = (completions?.items ?? completions ?? []).map(({ label }) => label);
    const hover = await ask("textDocument/hover", place);
    answer.hover = hover?.contents?.value ?? "";
  }
  answers.push(answer);
  send({ method: "textDocument/didClose", params: { textDocument: { uri } } });
}
last = -1;
console.log(JSON.stringify(answers));
server.kill();
