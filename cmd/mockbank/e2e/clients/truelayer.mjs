// truelayer-client plays catalogue:truelayer: link, authentication, accounts, transactions, and what goes wrong.
import truelayer from "truelayer-client";
import { advance, assert, end, failing, page, root, test } from "./lib.mjs";

const { AuthAPIClient, Constants, DataAPIClient } = truelayer;
const app = "http://127.0.0.1:9/callback";

/** Points the client at a session of its own, and returns who logs in. */
function client(session) {
  Constants.AUTH_URL = Constants.API_URL = `${root}/sessions/${session}/truelayer`;
  return new AuthAPIClient({ client_id: "app", client_secret: "secret" });
}

/** Opens the client's link as a browser does, and returns the address of the bank's page. */
async function link(c, providerId) {
  const url = c.getAuthUrl({ redirectURI: app, scope: ["info", "accounts", "balance", "transactions", "offline_access"], nonce: "n", state: "s1", providerId });
  const { status, text, location } = await page(url);
  assert.equal(status, 302, text);
  return location;
}

/** Consents at the provider, and returns the tokens. */
async function tokens(c, providerId) {
  const { location } = await page(await link(c, providerId), { decision: "approved" });
  assert.equal(location.searchParams.get("state"), "s1");
  return c.exchangeCodeForToken(app, location.searchParams.get("code"));
}

await test("link, authentication, accounts, transactions", async () => {
  const c = client("tl-good");
  const providers = await AuthAPIClient.getProviderInfos();
  assert.ok(providers.some((one) => one.provider_id === "truelayer-good"));
  const { access_token } = await tokens(c, "truelayer-good");
  assert.ok(DataAPIClient.validateToken(access_token));
  assert.equal((await DataAPIClient.getMe(access_token)).results[0].provider.provider_id, "truelayer-good");
  assert.equal((await DataAPIClient.getInfo(access_token)).results[0].full_name, "Jane Doe");
  const accounts = (await DataAPIClient.getAccounts(access_token)).results;
  assert.equal(accounts.length, 2);
  const [{ account_id }] = accounts;
  assert.equal((await DataAPIClient.getAccount(access_token, account_id)).results[0].currency, "GBP");
  assert.equal((await DataAPIClient.getBalance(access_token, account_id)).results[0].available, 1161.2);
  assert.equal((await DataAPIClient.getTransactions(access_token, account_id, "2020-01-01", "2030-01-01")).results.length, 2);
  assert.equal((await DataAPIClient.getPendingTransactions(access_token, account_id)).results.length, 1);
});

await test("a code in the middle", async () => {
  const c = client("tl-otp");
  const at = await link(c, "truelayer-otp");
  assert.match((await page(at)).text, /Enter the code/);
  const wrong = await page(at, { challenge_response: "0" });
  assert.equal(wrong.status, 303, wrong.text);
  const { location } = await page(at, { challenge_response: "123456" });
  await c.exchangeCodeForToken(app, location.searchParams.get("code"));
});

await test("account ids stay with a new consent", async () => {
  const c = client("tl-again");
  const [first, second] = [await tokens(c, "truelayer-good"), await tokens(c, "truelayer-good")];
  const ids = async ({ access_token }) => (await DataAPIClient.getAccounts(access_token)).results.map((one) => one.account_id);
  assert.deepEqual(await ids(first), await ids(second));
});

await test("the user cancels, and a wrong password", async () => {
  const c = client("tl-cancel");
  const cancelled = await page(await link(c, "truelayer-good"), { decision: "declined" });
  assert.equal(cancelled.location.searchParams.get("error"), "access_denied");
  assert.equal(cancelled.location.searchParams.get("code"), null);
  const wrong = await page(await link(c, "truelayer-wrong-password"));
  assert.equal(wrong.location.searchParams.get("error"), "provider_error");
});

await test("a code works once, and five minutes", async () => {
  const c = client("tl-once");
  const { location } = await page(await link(c, "truelayer-good"), { decision: "approved" });
  const code = location.searchParams.get("code");
  await c.exchangeCodeForToken(app, code);
  assert.equal((await failing(() => c.exchangeCodeForToken(app, code))).error, "invalid_grant");
  const late = (await page(await link(c, "truelayer-good"), { decision: "approved" })).location.searchParams.get("code");
  await advance("tl-once", "5m");
  assert.equal((await failing(() => c.exchangeCodeForToken(app, late))).error, "invalid_grant");
});

await test("a token ends after an hour, and is refreshed", async () => {
  const c = client("tl-token");
  const pair = await tokens(c, "truelayer-good");
  await advance("tl-token", "1h");
  assert.equal((await failing(() => DataAPIClient.getAccounts(pair.access_token))).error, "invalid_token");
  const next = await c.refreshAccessToken(pair.refresh_token);
  assert.equal((await DataAPIClient.getAccounts(next.access_token)).results.length, 2);
  assert.equal((await failing(() => c.refreshAccessToken(pair.refresh_token))).error, "invalid_grant");
});

await test("a consent of 91 days ago", async () => {
  const c = client("tl-expired");
  const pair = await tokens(c, "truelayer-good");
  await advance("tl-expired", "89d");
  const next = await c.refreshAccessToken(pair.refresh_token);
  await advance("tl-expired", "2d");
  assert.equal((await failing(() => c.refreshAccessToken(next.refresh_token))).error, "invalid_grant");
});

await test("a consent that the user takes back", async () => {
  const c = client("tl-revoked");
  const pair = await tokens(c, "truelayer-revoked");
  await advance("tl-revoked", "6d");
  const next = await c.refreshAccessToken(pair.refresh_token);
  await advance("tl-revoked", "23h50m");
  const last = await c.refreshAccessToken(next.refresh_token);
  await advance("tl-revoked", "20m");
  assert.equal((await failing(() => DataAPIClient.getAccounts(last.access_token))).error, "access_denied");
  assert.equal((await failing(() => c.refreshAccessToken(last.refresh_token))).error, "invalid_grant");
});

await test("a provider that is down", async () => {
  const c = client("tl-down");
  const { access_token } = await tokens(c, "truelayer-provider-error");
  await advance("tl-down", "5s");
  assert.equal((await failing(() => DataAPIClient.getAccounts(access_token))).error, "provider_error");
});

await test("a provider that does not answer in time, twice", async () => {
  const c = client("tl-timeout");
  const { access_token } = await tokens(c, "truelayer-timeout");
  for (let i = 0; i < 2; i++) assert.equal((await failing(() => DataAPIClient.getAccounts(access_token))).error, "connector_timeout");
  assert.equal((await DataAPIClient.getAccounts(access_token)).results.length, 2);
});

await test("a provider's limit, for each account", async () => {
  const c = client("tl-limit");
  const { access_token } = await tokens(c, "truelayer-good");
  const [first, second] = (await DataAPIClient.getAccounts(access_token)).results.map((one) => one.account_id);
  for (let i = 0; i < 4; i++) await DataAPIClient.getBalance(access_token, first);
  assert.equal((await failing(() => DataAPIClient.getBalance(access_token, first))).error, "provider_too_many_requests");
  await DataAPIClient.getBalance(access_token, second);
});

await test("an authentication that is too long ago for standing orders, and what the provider has not", async () => {
  const c = client("tl-sca");
  const { access_token } = await tokens(c, "truelayer-good");
  const [{ account_id }] = (await DataAPIClient.getAccounts(access_token)).results;
  assert.deepEqual((await DataAPIClient.getStandingOrders(access_token, account_id)).results, []);
  await advance("tl-sca", "6m");
  assert.equal((await failing(() => DataAPIClient.getDirectDebits(access_token, account_id))).error, "sca_exceeded");
  assert.equal((await failing(() => DataAPIClient.getCards(access_token))).error, "endpoint_not_supported");
});

await test("an account of nobody, and one of another user", async () => {
  const c = client("tl-others");
  const { access_token } = await tokens(c, "truelayer-good");
  const other = await tokens(c, "truelayer-revoked");
  const [{ account_id }] = (await DataAPIClient.getAccounts(access_token)).results;
  for (const [token, id] of [[access_token, "3fa85f64-5717-4562-b3fc-2c963f66afa6"], [other.access_token, account_id]]) {
    const error = await failing(() => DataAPIClient.getBalance(token, id));
    assert.equal(error.error, "account_not_found");
  }
});

end();
