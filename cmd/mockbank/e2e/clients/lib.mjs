// What the tests of aggregators' clients share. Each is run as `node NAME.mjs URL`.
import assert from "node:assert/strict";

export const root = process.argv[2];

/** Sets the clock of a session forward. */
export async function advance(session, by) {
  const answer = await fetch(`${root}/admin/v1/sessions/${session}/clock`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ advance: by }),
  });
  assert.equal(answer.status, 200, await answer.text());
}

/** Sends a form of the bank's page and returns where the browser is sent. */
export async function page(url, form) {
  const answer = await fetch(url, {
    method: form ? "POST" : "GET",
    headers: form ? { "Content-Type": "application/x-www-form-urlencoded" } : {},
    body: form ? new URLSearchParams(form).toString() : undefined,
    redirect: "manual",
  });
  const text = await answer.text();
  const location = answer.headers.get("location");
  return { status: answer.status, text, location: location && new URL(location, url) };
}

/** Fails unless the call fails, and returns the error. */
export async function failing(call) {
  let value;
  try {
    value = await call();
  } catch (error) {
    return error;
  }
  assert.fail(`it did not fail, and returned ${JSON.stringify(value)}`);
}

let failed = 0;

/** Runs one case and tells how it went. */
export async function test(name, run) {
  try {
    await run();
    console.log(`ok - ${name}`);
  } catch (error) {
    failed++;
    console.log(`not ok - ${name}\n${error.stack}`);
  }
}

export function end() {
  process.exit(failed ? 1 : 0);
}

export { assert };
