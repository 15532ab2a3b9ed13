// Uses the server of tools with the client of the Model Context Protocol's own SDK, in both ways of the protocol: with the
// handshake, and with the revision in each request.
//
//   node use.mjs MODULES PROGRAM FOLDER < CALLS > ANSWERS
//
// MODULES is what `npm-ci` has filled. A call is {"name": …, "arguments": …}. Prints a JSON object for each way:
// {"mode", "version", "tools", "answers"}.

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, command, cwd] = process.argv.slice(2);
const client = join(resolve(modules), "node_modules/@modelcontextprotocol/client/dist");
const { Client } = await import(pathToFileURL(join(client, "index.mjs")));
const { StdioClientTransport } = await import(pathToFileURL(join(client, "stdio.mjs")));
const calls = JSON.parse(readFileSync(0, "utf8"));

const found = [];
for (const mode of ["legacy", "auto"]) {
  const agent = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
  await agent.connect(new StdioClientTransport({ command, args: ["mcp"], cwd, stderr: "inherit" }));
  const { tools } = await agent.listTools();
  const answers = [];
  for (const call of calls) {
    try {
      answers.push(await agent.callTool(call));
    } catch (error) {
      answers.push({ code: error.code, message: error.message });
    }
  }
  found.push({
    mode,
    server: agent.getServerVersion(),
    version: agent.getNegotiatedProtocolVersion?.() ?? null,
    instructions: agent.getInstructions(),
    tools,
    answers,
  });
  await agent.close();
}
console.log(JSON.stringify(found));
