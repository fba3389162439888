// Sends every operation of a description through a validating proxy, and wants of it what the first argument says:
//
//   proxy.mjs good PROXY DESCRIPTION.json   the bank behind it: no answer violates the description
//   proxy.mjs bad PROXY DESCRIPTION.json    a liar behind it: every answer does, so the proxy looks at each operation
//   proxy.mjs liar DESCRIPTION.json         is that liar; the last line says where it listens
//
// The proxy writes what it finds into the field sl-violations of an answer's header.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const [, , what, ...rest] = process.argv;
const description = JSON.parse(readFileSync(rest.at(-1), "utf8"));
const unknown = "01900000-0000-7000-8000-000000000009";

// bodies are requests that the description has no example of.
const bodies = {
  complete: { path: "mockbank.yaml", text: "version: 1\n", offset: 0 },
  diagnose: { path: "mockbank.yaml", text: "version: 1\n" },
  writeFile: { text: "version: 1\n" },
};

// resolve follows a reference.
const resolve = (part) => (part?.$ref ? part.$ref.slice(2).split("/").reduce((at, key) => at[key], description) : part);

// operations lists what the description promises: each with the answer in JSON that it has where all is well, if any.
function operations() {
  const all = [];
  for (const [path, item] of Object.entries(description.paths)) {
    for (const method of ["get", "post", "put", "delete", "patch"]) {
      const operation = item[method];
      if (!operation) continue;
      const body = resolve(operation.requestBody)?.content?.["application/json"];
      const answers = Object.entries(operation.responses).map(([status, answer]) => [Number(status), resolve(answer).content ?? {}]);
      all.push({
        id: operation.operationId, method: method.toUpperCase(), path,
        body: bodies[operation.operationId] ?? body?.example ?? Object.values(body?.examples ?? {})[0]?.value,
        json: answers.find(([status, content]) => status < 300 && content["application/json"])?.[0],
        stream: answers.some(([, content]) => content["text/event-stream"]),
      });
    }
  }
  return all;
}

async function send(proxy, operation, ids) {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(ids(operation.path, name)));
  const answer = await fetch(proxy + path, {
    method: operation.method, redirect: "manual", signal: AbortSignal.timeout(20_000),
    headers: { accept: "application/json", ...(operation.body && { "content-type": "application/json" }) },
    body: operation.body && JSON.stringify(operation.body),
  });
  const violations = JSON.parse(answer.headers.get("sl-violations") ?? "[]");
  await answer.body?.cancel();
  return { status: answer.status, violations: violations.filter((one) => one.location[0] === "response"), routed: !violations.some((one) => /route not found/.test(one.message)) };
}

function fail(lines) {
  console.error(lines.join("\n"));
  process.exit(1);
}

async function made(proxy) {
  const base = proxy + "/api/v3/wealth_api/bank_connections";
  const post = async (path, body) => (await fetch(base + path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) })).json();
  const process = await post("/authenticate", { username: "tester", password: "success" });
  const waiting = await post("/authenticate", { username: "tester", password: "decoupledAuthRequired" });
  const connection = await post("", { bank_authentication_process_id: process.bank_authentication_process_id });
  await fetch(proxy + "/admin/v1/sessions", { method: "POST", headers: { "content-type": "application/json" }, body: '{"id":"proxied"}' });
  return (path, name) => {
    if (name === "slug") return "MockBank";
    if (name === "name") return "success";
    if (name === "path") return "mockbank.yaml";
    if (path.includes("/sessions/")) return "proxied";
    if (path.includes("/bank_connections/{id}")) return connection.id;
    return path.includes("webhook") ? unknown : path.includes("processes") || path.includes("phone") ? waiting.bank_authentication_process_id : process.bank_authentication_process_id;
  };
}

if (what === "liar") {
  const server = createServer((request, answer) => {
    request.resume();
    const path = request.url.split("?")[0].split("/");
    const found = operations().filter((one) => {
      const parts = one.path.split("/");
      return one.method === request.method && parts.length === path.length && parts.every((part, i) => part.startsWith("{") || part === path[i]);
    });
    // of several the one with the fewest variables is meant
    const operation = found.sort((a, b) => a.path.split("{").length - b.path.split("{").length)[0];
    answer.writeHead(operation?.json ?? 200, { "content-type": "application/json" });
    answer.end('{"status": 7, "next_cursor": [], "nonsense": true}');
  });
  server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
} else if (what === "good") {
  const proxy = rest[0];
  const ids = await made(proxy);
  const wrong = [];
  let judged = 0;
  // What ends records comes last.
  for (const operation of operations().filter((one) => !one.stream).sort((a, b) => (a.method === "DELETE") - (b.method === "DELETE"))) {
    const { status, violations, routed } = await send(proxy, operation, ids);
    if (!routed) wrong.push(`${operation.id}: the proxy does not know its path`);
    for (const one of violations) wrong.push(`${operation.id}, ${status}: ${one.location.join("/")}: ${one.message}`);
    judged++;
  }
  if (wrong.length) fail(wrong);
  console.log(`${judged} operations, no answer violates the description`);
} else {
  const wrong = [];
  let caught = 0;
  for (const operation of operations().filter((one) => one.json && !one.stream)) {
    const { violations } = await send(rest[0], operation, (_, name) => (name === "id" ? unknown : "x"));
    if (violations.length) caught++;
    else wrong.push(`${operation.id}: the proxy takes {"nonsense": true} for an answer`);
  }
  if (wrong.length) fail(wrong);
  console.log(`${caught} operations whose wrong answer the proxy reports`);
}
