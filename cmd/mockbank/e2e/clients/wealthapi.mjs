// Requests as public clients send them to wealthAPI's own app side, and answers held against what those clients read: JSON:API's
// own members, `filter[id]`, `meta.connection_status`, and RFC 6749 for tokens.
import { advance, assert, end, page, root, test } from "./lib.mjs";

const media = "application/vnd.api+json";

/** A token as OAuth 2 gives it; the fields of the form are the grant's. */
async function token(session, form) {
  const answer = await fetch(`${root}/sessions/${session}/oauth/token`, { method: "POST", body: new URLSearchParams(form) });
  return { status: answer.status, body: await answer.json(), store: answer.headers.get("cache-control") };
}

/** A client of a session with a token. */
async function client(session) {
  const pair = await token(session, { grant_type: "password", username: "jane", password: "pw", client_id: "app", client_secret: "s" });
  const ask = async (method, path, body) => {
    const answer = await fetch(`${root}/sessions/${session}/api/v3${path}`, {
      method, headers: { Accept: media, "Content-Type": media, Authorization: `Bearer ${pair.body.access_token}` }, body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (text) assert.equal(answer.headers.get("content-type"), media, text);
    return { status: answer.status, body: text && JSON.parse(text) };
  };
  const api = {
    async data(method, path, attributes, id) {
      const answer = await ask(method, path, attributes && { data: { id, attributes } });
      assert.ok(answer.status < 300, JSON.stringify(answer));
      return answer.body.data;
    },
    async fails(status, code, method, path, attributes, id) {
      const answer = await ask(method, path, attributes && { data: { id, attributes } });
      assert.equal(answer.status, status, JSON.stringify(answer));
      const [error] = answer.body.errors;
      assert.equal(error.status, String(status));
      assert.equal(error.code, code);
    },
    login: (password, more) => api.data("POST", "/wealth_api/bank_connections/authenticate", { username: "wealthapi", password, ...more }),
    answer: (process, challenge_response) => api.data("POST", "/wealth_api/bank_connections/confirm_challenge_response", { challenge_response }, process.id),
    connect: (process) => api.data("POST", "/wealth_api/bank_connections", { bank_authentication_process_id: process.id }),
    read: (connection) => api.data("GET", `/wealth_api/bank_connections/${connection.id}`),
    pair: pair.body,
  };
  return api;
}

await test("link, authentication, the import, and reports", async () => {
  const c = await client("wa-good");
  const banks = await c.data("GET", "/wealth_api/banks?filter[search]=mock");
  assert.deepEqual([banks[0].type, banks[0].id, banks[0].attributes.name], ["bank", "MockBank", "Mock Bank"]);
  const process = await c.login("all_well", { bank_slug: "MockBank" });
  assert.equal(process.type, "bank_authentication_process");
  assert.equal(process.meta.authentication_status, "AUTHENTICATED");
  const connection = await c.connect(process);
  assert.equal(connection.attributes.bank_name, "Mock Bank");
  assert.equal(connection.meta.connection_status, "IN_PROGRESS");
  await advance("wa-good", "5s");
  assert.equal((await c.read(connection)).meta.connection_status, "SUCCESS");
  const { report_id } = await c.data("POST", "/reports/assets_market_value");
  assert.equal((await c.data("GET", `/reports/assets_market_value/${report_id}`)).reports[0].total_market_value, "9250.40");
  await c.data("DELETE", `/wealth_api/bank_connections/${connection.id}`).catch(() => undefined); // 204 has no data
  await c.fails(404, "not_found", "GET", `/wealth_api/bank_connections/${connection.id}`);
});

await test("several connections at once, by filter[id]", async () => {
  const c = await client("wa-list");
  const [first, second] = [await c.connect(await c.login("all_well")), await c.connect(await c.login("import_fails"))];
  await advance("wa-list", "10s");
  const listed = await c.data("GET", `/wealth_api/bank_connections?filter[id]=${second.id},${first.id},3fa85f64-5717-4562-b3fc-2c963f66afa6,x`);
  assert.deepEqual(listed.map((one) => [one.id, one.meta.connection_status]), [[second.id, "FAILED_WITH_ERROR"], [first.id, "SUCCESS"]]);
  assert.equal(listed[0].meta.error.code, "BANK_SERVER_REJECTION");
  assert.equal(listed[0].attributes.bank_name, "Mock Bank");
  assert.deepEqual(await c.data("GET", "/wealth_api/bank_connections"), []);
});

await test("a challenge, and three wrong answers", async () => {
  const c = await client("wa-challenge");
  const asked = await c.login("challenge");
  assert.equal(asked.attributes.challenge.answer_field_label, "TAN");
  assert.equal((await c.answer(asked, "0")).attributes.challenge.attempts_left, 2);
  assert.equal((await c.answer(asked, "123456")).meta.authentication_status, "AUTHENTICATED");
  const other = await c.login("challenge");
  await c.fails(409, "authentication_not_completed", "POST", "/wealth_api/bank_connections", { bank_authentication_process_id: other.id });
  let last;
  for (let i = 0; i < 3; i++) last = await c.answer(other, "0");
  assert.equal(last.meta.authentication_status, "AUTHENTICATION_FAILED");
  assert.equal(last.attributes.error.code, "INVALID_CHALLENGE_RESPONSE");
  await c.fails(409, "no_challenge_open", "POST", "/wealth_api/bank_connections/confirm_challenge_response", { challenge_response: "1" }, other.id);
});

await test("the bank's page, approved and declined", async () => {
  const c = await client("wa-redirect");
  for (const [decision, status] of [["approved", "AUTHENTICATED"], ["declined", "AUTHENTICATION_FAILED"]]) {
    const process = await c.login("redirect", { redirect_uri: "http://127.0.0.1:9/back", state: "s1" });
    const { location } = await page(process.attributes.redirect_url, { decision });
    assert.equal(location.searchParams.get("state"), "s1");
    const path = `/wealth_api/bank_connections/authenticate/${location.searchParams.get("bank_authentication_process_id")}`;
    assert.equal((await c.data("GET", path)).meta.authentication_status, status);
  }
});

await test("a wrong password, a consent of 91 days ago, and an import that fails", async () => {
  const c = await client("wa-fails");
  assert.equal((await c.login("wrong")).attributes.error.code, "INVALID_CREDENTIALS");
  const old = await c.connect(await c.login("consent_expires"));
  const broken = await c.connect(await c.login("import_fails"));
  await c.fails(423, "import_running", "POST", `/wealth_api/bank_connections/${old.id}/update`);
  await advance("wa-fails", "91d");
  assert.equal((await c.read(broken)).meta.error.code, "BANK_SERVER_REJECTION");
  await c.data("POST", `/wealth_api/bank_connections/${old.id}/update`);
  await advance("wa-fails", "2s");
  assert.equal((await c.read(old)).meta.error.code, "CONSENT_EXPIRED");
});

await test("tokens: grants, expiry and refresh", async () => {
  const pair = await token("wa-token", { grant_type: "client_credentials", client_id: "app", client_secret: "s" });
  assert.deepEqual([pair.status, pair.body.token_type, pair.body.expires_in, pair.store], [200, "Bearer", 7200, "no-store"]);
  const renew = (refresh_token) => token("wa-token", { grant_type: "refresh_token", refresh_token, client_id: "app", client_secret: "s" });
  const next = await renew(pair.body.refresh_token);
  assert.notEqual(next.body.access_token, pair.body.access_token);
  assert.equal((await renew(pair.body.refresh_token)).body.error, "invalid_grant");
  await advance("wa-token", "31d");
  assert.equal((await renew(next.body.refresh_token)).body.error, "invalid_grant");
  for (const [form, status, error] of [
    [{ grant_type: "password", username: "jane", password: "wrong_password" }, 400, "invalid_grant"], [{ grant_type: "magic" }, 400, "unsupported_grant_type"],
    [{ grant_type: "client_credentials", client_id: "app" }, 401, "invalid_client"], [{ username: "jane" }, 422, "invalid_request"],
  ]) {
    const refused = await token("wa-token", form);
    assert.deepEqual([refused.status, refused.body.error], [status, error]);
  }
});

await test("requests that are wrong, and the bank's own form beside", async () => {
  const c = await client("wa-wrong");
  await c.fails(422, "missing_fields", "POST", "/wealth_api/bank_connections/authenticate", undefined);
  await c.fails(422, "unknown_bank", "POST", "/wealth_api/bank_connections/authenticate", { bank_slug: "x", username: "a", password: "b" });
  await c.fails(404, "not_found", "GET", "/wealth_api/banks/nope");
  const plain = await fetch(`${root}/sessions/wa-wrong/api/v3/wealth_api/banks?is_mock_bank=true`);
  assert.ok((await plain.json()).banks.length > 0);
});

end();
