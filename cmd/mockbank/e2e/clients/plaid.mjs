// plaid (npm) plays catalogue:plaid: link, authentication, accounts, transactions, and what goes wrong.
import { Configuration, PlaidApi } from "plaid";
import { advance, assert, end, failing, page, root, test } from "./lib.mjs";

function client(session) {
  return new PlaidApi(new Configuration({
    basePath: `${root}/sessions/${session}/plaid`,
    baseOptions: { headers: { "PLAID-CLIENT-ID": "id", "PLAID-SECRET": "secret" } },
  }));
}

/** Links an item as the sandbox does, and returns its access token. */
async function item(c, password = "pass_good") {
  const made = await c.sandboxPublicTokenCreate({
    institution_id: "ins_109508", initial_products: ["transactions"],
    options: { override_username: "user_good", override_password: password },
  });
  const exchanged = await c.itemPublicTokenExchange({ public_token: made.data.public_token });
  return exchanged.data.access_token;
}

const code = (error) => error.response?.data?.error_code;

await test("link, authentication, accounts, transactions", async () => {
  const c = client("pl-good");
  const access_token = await item(c);
  assert.match(access_token, /^access-sandbox-/);
  const accounts = (await c.accountsGet({ access_token })).data.accounts;
  assert.equal(accounts.length, 2);
  assert.equal(accounts[0].balances.current, 110);
  assert.equal(code(await failing(() => c.transactionsGet({ access_token, start_date: "2020-01-01", end_date: "2030-01-01" }))), "PRODUCT_NOT_READY");
  assert.equal((await c.transactionsSync({ access_token })).data.added.length, 0);
  await advance("pl-good", "6s");
  const first = (await c.transactionsSync({ access_token })).data;
  assert.equal(first.added.length, 2);
  assert.equal(first.added[0].account_id, accounts[0].account_id);
  assert.equal((await c.transactionsSync({ access_token, cursor: first.next_cursor })).data.added.length, 0);
  assert.equal((await c.itemGet({ access_token })).data.item.error, null);
});

await test("hosted link: the user logs in on the bank's page", async () => {
  const c = client("pl-hosted");
  const { data } = await c.linkTokenCreate({
    client_name: "app", user: { client_user_id: "u" }, products: ["transactions"], country_codes: ["US"], language: "en",
    hosted_link: { completion_redirect_uri: "http://127.0.0.1:9/done" },
  });
  assert.match((await page(data.hosted_link_url)).text, /name="password"/);
  const back = await page(data.hosted_link_url, { username: "user_good", password: "pass_good" });
  assert.equal(back.location?.pathname, "/done", back.text);
  const got = (await c.linkTokenGet({ link_token: data.link_token })).data;
  const { public_token } = got.link_sessions[0].results.item_add_results[0];
  const { access_token } = (await c.itemPublicTokenExchange({ public_token })).data;
  assert.equal((await c.accountsGet({ access_token })).data.accounts.length, 2);
});

await test("a code in the middle", async () => {
  const c = client("pl-mfa");
  const { data } = await c.linkTokenCreate({
    client_name: "app", user: { client_user_id: "u" }, products: ["transactions"], country_codes: ["US"], language: "en",
    hosted_link: { completion_redirect_uri: "http://127.0.0.1:9/done" },
  });
  const asked = await page(data.hosted_link_url, { username: "user_good", password: "mfa_device" });
  assert.equal(asked.status, 303, asked.text);
  assert.match((await page(asked.location)).text, /Enter the code/);
  const back = await page(asked.location, { challenge_response: "1234" });
  assert.equal(back.location?.pathname, "/done", back.text);
  assert.equal((await c.linkTokenGet({ link_token: data.link_token })).data.link_sessions.length, 1);
});

for (const [password, expected] of [["wrong_password", "INVALID_CREDENTIALS"], ["item_locked", "ITEM_LOCKED"], ["institution_down", "INSTITUTION_DOWN"]]) {
  await test(`${password} is refused`, async () => {
    assert.equal(code(await failing(() => item(client("pl-refused"), password))), expected);
  });
}

await test("a login that is required a good while later", async () => {
  const c = client("pl-login");
  const access_token = await item(c, "login_required");
  await advance("pl-login", "6d");
  await c.accountsGet({ access_token });
  await advance("pl-login", "1d");
  assert.equal(code(await failing(() => c.accountsGet({ access_token }))), "ITEM_LOGIN_REQUIRED");
  assert.equal((await c.itemGet({ access_token })).data.item.error.error_code, "ITEM_LOGIN_REQUIRED");
});

await test("a first synchronization that half fails", async () => {
  const c = client("pl-half");
  const access_token = await item(c, "half_synced");
  await advance("pl-half", "10s");
  assert.equal(code(await failing(() => c.transactionsSync({ access_token }))), "INSTITUTION_NOT_RESPONDING");
});

await test("a public token works once", async () => {
  const c = client("pl-once");
  const { public_token } = (await c.sandboxPublicTokenCreate({ institution_id: "ins_109508", initial_products: ["transactions"] })).data;
  await c.itemPublicTokenExchange({ public_token });
  assert.equal(code(await failing(() => c.itemPublicTokenExchange({ public_token }))), "INVALID_PUBLIC_TOKEN");
});

await test("an access token of nobody, and one of an item that was removed", async () => {
  const c = client("pl-removed");
  assert.equal(code(await failing(() => c.accountsGet({ access_token: "access-sandbox-x" }))), "INVALID_ACCESS_TOKEN");
  const access_token = await item(c);
  await c.itemRemove({ access_token });
  assert.equal(code(await failing(() => c.accountsGet({ access_token }))), "INVALID_ACCESS_TOKEN");
});

await test("a limit of requests", async () => {
  const c = client("pl-limit");
  const access_token = await item(c);
  for (let i = 0; i < 5; i++) await c.accountsBalanceGet({ access_token });
  const error = await failing(() => c.accountsBalanceGet({ access_token }));
  assert.equal(error.response.status, 429);
  assert.equal(error.response.data.error_type, "RATE_LIMIT_EXCEEDED");
});

await test("an institution that there is not, and a field that is missing", async () => {
  const c = client("pl-fields");
  assert.equal(code(await failing(() => c.sandboxPublicTokenCreate({ institution_id: "ins_0", initial_products: ["auth"] }))), "INVALID_INSTITUTION");
  assert.equal(code(await failing(() => c.accountsGet({}))), "MISSING_FIELDS");
});

end();
