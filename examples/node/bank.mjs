// Starts a mockbank for tests, and gives each test a session of its own. Copy this file into your project: all it needs
// is the program `mockbank` on the PATH.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Starts a bank on a free port, with its records in memory, and resolves once it answers. */
export async function startBank(config) {
  // The bank ends with this process, however that ends, since it holds the bank's standard input.
  const server = spawn("mockbank", ["serve", "--config", config, "--listen", "127.0.0.1:0", "--database", ":memory:",
    "--log-level", "warn", "--exit-with-parent"], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve, reject) => server.once("error", reject).once("close", resolve));
  const url = await Promise.race([
    new Promise((resolve) => createInterface({ input: server.stdout }).once("line", resolve)), // its first line is its URL
    ended.then((code) => Promise.reject(new Error(`mockbank ended with ${code}`))),
  ]);
  return new Bank(url, async () => {
    server.stdin.end();
    await ended;
  });
}

/** A running bank at `url`. `token` is its admin token, where it wants one: whoever is on the same machine needs none. */
export class Bank {
  constructor(url, stop, token) {
    Object.assign(this, { url, stop, token });
  }

  /** A session for the test `t`, with its clock standing still, which goes when the test ends. */
  async session(t) {
    const id = `${t.name.replace(/[^\w.-]+/g, "-").slice(0, 40)}.${crypto.randomUUID().slice(0, 8)}`;
    await this.admin("POST", "/sessions", { id, frozen: true });
    t.after(() => this.admin("DELETE", `/sessions/${id}`));
    return new Session(this, id);
  }

  /** Asks the admin API. */
  async admin(method, path, fields) {
    const authorization = this.token && { Authorization: `Bearer ${this.token}` };
    const response = await fetch(`${this.url}/admin/v1${path}`, {
      method,
      headers: { "Content-Type": "application/json", ...authorization },
      body: fields && JSON.stringify(fields),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text && JSON.parse(text);
  }
}

class Session {
  constructor(bank, id) {
    Object.assign(this, { bank, id });
  }

  /** Where the app under test finds the bank. The session is a part of the path, and the app need not know of it. */
  get url() {
    return `${this.bank.url}/sessions/${this.id}/api/v3/wealth_api`;
  }

  /** Sets the clock forward; when it resolves, all that has become due has happened. */
  advance(duration) {
    return this.bank.admin("POST", `/sessions/${this.id}/clock`, { advance: duration });
  }

  /** The user's decision on the phone. */
  approve(process) {
    return this.bank.admin("POST", `/processes/${process}/approve`);
  }

  decline(process) {
    return this.bank.admin("POST", `/processes/${process}/decline`);
  }

  /** What the app has asked and what the bank has answered, oldest first. */
  async journal() {
    return (await this.bank.admin("GET", `/journal?since=0&session=${this.id}`)).exchanges;
  }
}
