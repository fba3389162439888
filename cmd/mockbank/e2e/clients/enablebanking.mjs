// Requests as apps send them to Enable Banking's API, and answers held against what its published OpenAPI document (1.0.0) says
// of them: names of members, which of them are required, and codes of errors.
import { advance, assert, end, page, root, test } from "./lib.mjs";

const app = "http://127.0.0.1:9/callback";

/** Members that the document requires. */
const required = {
  StartAuthorizationResponse: ["url", "authorization_id", "psu_id_hash"],
  AuthorizeSessionResponse: ["session_id", "accounts", "aspsp", "psu_type", "access"],
  GetSessionResponse: ["status", "accounts", "accounts_data", "aspsp", "psu_type", "psu_id_hash", "access", "created"],
  AccountResource: ["cash_account_type", "currency", "identification_hash", "identification_hashes"],
  SessionAccount: ["uid", "identification_hash", "identification_hashes"],
  HalBalances: ["balances"], BalanceResource: ["name", "balance_amount", "balance_type"],
  HalTransactions: ["transactions"], Transaction: ["transaction_amount", "credit_debit_indicator", "status"],
  GetAspspsResponse: ["aspsps"], ASPSPData: ["name", "country", "logo", "psu_types", "auth_methods", "maximum_consent_validity", "beta"],
  Access: ["valid_until"], ErrorResponse: ["message"],
};

/** Its codes of errors, as far as the pack has them. */
const codes = ["ACCOUNT_DOES_NOT_EXIST", "ALREADY_AUTHORIZED", "ASPSP_ERROR", "ASPSP_TIMEOUT", "ASPSP_RATE_LIMIT_EXCEEDED", "AUTHORIZATION_NOT_PROVIDED",
  "EXPIRED_AUTHORIZATION_CODE", "EXPIRED_SESSION", "REDIRECT_URI_NOT_ALLOWED", "REVOKED_SESSION", "SESSION_DOES_NOT_EXIST", "WRONG_ASPSP_PROVIDED",
  "WRONG_AUTHORIZATION_CODE", "WRONG_REQUEST_PARAMETERS", "WRONG_CONTINUATION_KEY", "ASPSP_PSU_ACTION_REQUIRED"];

/** Statuses of errors. */
const statuses = [400, 401, 403, 404, 408, 422, 429, 500];

function holds(schema, value) {
  for (const name of required[schema]) assert.ok(name in value, `${schema} lacks ${name}: ${JSON.stringify(value)}`);
  return value;
}

/** A client in a session of its own. */
function client(session, headers = { Authorization: "Bearer app.signed.token", "Psu-Ip-Address": "192.0.2.1" }) {
  const ask = async (method, path, body) => {
    const answer = await fetch(`${root}/sessions/${session}/enablebanking${path}`, {
      method, headers: { ...headers, ...(body && { "Content-Type": "application/json" }) }, body: body && JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.json() };
  };
  return {
    async get(schema, path, method = "GET", body = undefined) {
      const answer = await ask(method, path, body);
      assert.equal(answer.status, 200, JSON.stringify(answer));
      return schema ? holds(schema, answer.body) : answer.body;
    },
    async fails(code, status, path, method = "GET", body = undefined) {
      const answer = await ask(method, path, body);
      assert.equal(answer.body.error, code, JSON.stringify(answer));
      assert.equal(answer.status, status);
      assert.equal(answer.body.code, status);
      assert.ok(statuses.includes(status) && codes.includes(code));
      holds("ErrorResponse", answer.body);
    },
  };
}

const wanted = (name) => ({ access: { valid_until: "2030-01-01T00:00:00Z" }, aspsp: { name, country: "FI" }, state: "s1", redirect_url: app, psu_type: "personal" });

/** Sends the user to the bank, and returns where the browser comes back to. */
async function link(c, name, form = { decision: "approved" }) {
  const { url } = await c.get("StartAuthorizationResponse", "/auth", "POST", wanted(name));
  const { location, text } = await page(url, form);
  assert.ok(location, text);
  assert.equal(location.searchParams.get("state"), "s1");
  return location.searchParams;
}

async function authorized(c, name) {
  return c.get("AuthorizeSessionResponse", "/sessions", "POST", { code: (await link(c, name)).get("code") });
}

await test("link, authentication, accounts, transactions", async () => {
  const c = client("eb-good");
  const { aspsps } = await c.get("GetAspspsResponse", "/aspsps?country=FI");
  aspsps.forEach((one) => holds("ASPSPData", one));
  assert.ok(aspsps.some((one) => one.name === "enablebanking-good"));
  const made = await authorized(c, "enablebanking-good");
  holds("Access", made.access);
  made.accounts.forEach((one) => holds("AccountResource", one));
  const session = await c.get("GetSessionResponse", `/sessions/${made.session_id}`);
  assert.equal(session.status, "AUTHORIZED");
  session.accounts_data.forEach((one) => holds("SessionAccount", one));
  const [uid] = session.accounts;
  assert.equal(uid, made.accounts[0].uid);
  assert.equal(holds("AccountResource", await c.get(null, `/accounts/${uid}/details`)).currency, "EUR");
  const { balances } = await c.get("HalBalances", `/accounts/${uid}/balances`);
  assert.equal(holds("BalanceResource", balances[0]).balance_amount.amount, "1250.40");
  const first = await c.get("HalTransactions", `/accounts/${uid}/transactions?date_from=2020-01-01`);
  const second = await c.get("HalTransactions", `/accounts/${uid}/transactions?continuation_key=${first.continuation_key}`);
  assert.deepEqual([...first.transactions, ...second.transactions].map((one) => holds("Transaction", one).credit_debit_indicator), ["DBIT", "CRDT"]);
  assert.equal(second.continuation_key, null);
  await c.get(null, `/sessions/${made.session_id}`, "DELETE");
  await c.fails("SESSION_DOES_NOT_EXIST", 404, `/sessions/${made.session_id}`);
});

await test("a code in the middle, on the bank's page", async () => {
  const c = client("eb-otp");
  const { url } = await c.get("StartAuthorizationResponse", "/auth", "POST", wanted("enablebanking-otp"));
  assert.match((await page(url)).text, /Enter the code/);
  const { location } = await page(url, { challenge_response: "123456" });
  await c.get("AuthorizeSessionResponse", "/sessions", "POST", { code: location.searchParams.get("code") });
});

await test("a new consent has new account uids, and the same hashes", async () => {
  const c = client("eb-again");
  const [first, second] = [await authorized(c, "enablebanking-good"), await authorized(c, "enablebanking-good")];
  const all = (session, name) => session.accounts.map((one) => one[name]);
  assert.notDeepEqual(all(first, "uid"), all(second, "uid"));
  assert.deepEqual(all(first, "identification_hash"), all(second, "identification_hash"));
});

await test("the user cancels, and wrong credentials", async () => {
  const c = client("eb-cancel");
  assert.equal((await link(c, "enablebanking-good", { decision: "declined" })).get("error"), "access_denied");
  assert.equal((await link(c, "enablebanking-wrong-credentials", null)).get("error"), "server_error");
});

await test("a code that was used, that has expired, and of nobody", async () => {
  const c = client("eb-code");
  const code = (await link(c, "enablebanking-good")).get("code");
  await c.get("AuthorizeSessionResponse", "/sessions", "POST", { code });
  await c.fails("ALREADY_AUTHORIZED", 422, "/sessions", "POST", { code });
  const late = (await link(c, "enablebanking-good")).get("code");
  await advance("eb-code", "5m");
  await c.fails("EXPIRED_AUTHORIZATION_CODE", 422, "/sessions", "POST", { code: late });
  await c.fails("WRONG_AUTHORIZATION_CODE", 422, "/sessions", "POST", { code: "x" });
});

await test("a consent of 91 days ago, and one that was taken back", async () => {
  const c = client("eb-expired");
  const [good, revoked] = [await authorized(c, "enablebanking-good"), await authorized(c, "enablebanking-revoked")];
  await advance("eb-expired", "8d");
  await c.fails("REVOKED_SESSION", 401, `/accounts/${revoked.accounts[0].uid}/balances`);
  assert.equal((await c.get("GetSessionResponse", `/sessions/${revoked.session_id}`)).status, "REVOKED");
  await c.get("HalBalances", `/accounts/${good.accounts[0].uid}/balances`);
  await advance("eb-expired", "83d");
  await c.fails("EXPIRED_SESSION", 401, `/accounts/${good.accounts[0].uid}/transactions`);
  assert.equal((await c.get("GetSessionResponse", `/sessions/${good.session_id}`)).status, "EXPIRED");
});

await test("a bank that fails, that does not answer in time, and where the user has to act", async () => {
  const c = client("eb-down");
  const uid = async (name) => (await authorized(c, name)).accounts[0].uid;
  await c.fails("ASPSP_ERROR", 400, `/accounts/${await uid("enablebanking-aspsp-error")}/details`);
  const slow = await uid("enablebanking-timeout");
  for (let i = 0; i < 2; i++) await c.fails("ASPSP_TIMEOUT", 408, `/accounts/${slow}/balances`);
  await c.get("HalBalances", `/accounts/${slow}/balances`);
  const acting = await uid("enablebanking-action-required");
  await c.get("HalBalances", `/accounts/${acting}/balances`);
  await advance("eb-down", "1d");
  await c.fails("ASPSP_PSU_ACTION_REQUIRED", 400, `/accounts/${acting}/balances`);
});

await test("four requests a day without the user, for each account", async () => {
  const [present, absent] = [client("eb-limit"), client("eb-limit", { Authorization: "Bearer x" })];
  const { accounts } = await authorized(present, "enablebanking-good");
  for (let i = 0; i < 4; i++) await absent.get("HalBalances", `/accounts/${accounts[0].uid}/balances`);
  await absent.fails("ASPSP_RATE_LIMIT_EXCEEDED", 429, `/accounts/${accounts[0].uid}/balances`);
  await absent.get("HalBalances", `/accounts/${accounts[1].uid}/balances`);
  await present.get("HalBalances", `/accounts/${accounts[0].uid}/balances`);
});

await test("requests that are wrong", async () => {
  const c = client("eb-wrong");
  const { accounts: [{ uid }] } = await authorized(c, "enablebanking-good");
  await c.fails("WRONG_ASPSP_PROVIDED", 422, "/auth", "POST", wanted("No Such Bank"));
  await c.fails("WRONG_REQUEST_PARAMETERS", 422, "/auth", "POST", { aspsp: { name: "x" } });
  await c.fails("REDIRECT_URI_NOT_ALLOWED", 422, "/auth", "POST", { ...wanted("enablebanking-good"), redirect_url: "javascript:x" });
  await c.fails("WRONG_CONTINUATION_KEY", 422, `/accounts/${uid}/transactions?continuation_key=x`);
  await c.fails("ACCOUNT_DOES_NOT_EXIST", 404, "/accounts/3fa85f64-5717-4562-b3fc-2c963f66afa6/balances");
  await client("eb-wrong", {}).fails("AUTHORIZATION_NOT_PROVIDED", 401, "/aspsps");
});

end();
