// nordigen-node plays catalogue:gocardless: link, authentication, accounts, transactions, and what goes wrong.
import NordigenClient from "nordigen-node";
import { advance, assert, end, failing, page, root, test } from "./lib.mjs";

const app = "http://127.0.0.1:9/callback";

/** A client with a token, in a session of its own. */
async function client(session) {
  const c = new NordigenClient({ secretId: "id", secretKey: "key" });
  c.baseUrl = `${root}/sessions/${session}/gocardless/api/v2`;
  await c.generateToken();
  return c;
}

/** Begins a link with an institution. */
async function link(c, institutionId) {
  return c.initSession({ redirectUrl: app, institutionId, referenceId: `ref-${institutionId}`, maxHistoricalDays: 90, accessValidForDays: 90 });
}

async function approved(c, institutionId) {
  const session = await link(c, institutionId);
  const back = await page(session.link, { decision: "approved" });
  assert.equal(back.status, 303, back.text);
  assert.equal(back.location.searchParams.get("ref"), `ref-${institutionId}`);
  assert.equal(back.location.searchParams.get("error"), null);
  return c.requisition.getRequisitionById(session.id);
}

const data = (error) => error.response?.data ?? error.data ?? error;
const statusOf = (error) => error.response?.status ?? error.status_code ?? data(error).status_code;

await test("link, authentication, accounts, transactions", async () => {
  const c = await client("gc-good");
  const institutions = await c.institution.getInstitutions({ country: "DE" });
  assert.ok(institutions.some((one) => one.id === "gocardless-good" && one.name === "All goes well."));
  assert.equal((await c.institution.getInstitutionById("gocardless-good")).id, "gocardless-good");
  const session = await link(c, "gocardless-good");
  assert.equal((await c.requisition.getRequisitionById(session.id)).status, "UA");
  const linked = await approved(c, "gocardless-good");
  assert.equal(linked.status, "LN");
  assert.equal(linked.accounts.length, 2);
  const account = c.account(linked.accounts[0]);
  assert.equal((await account.getMetadata()).status, "PROCESSING");
  await advance("gc-good", "10s");
  assert.equal((await account.getMetadata()).status, "READY");
  assert.equal((await account.getDetails()).account.currency, "EUR");
  assert.equal((await account.getBalances()).balances[0].balanceAmount.amount, "1250.40");
  const { transactions } = await account.getTransactions();
  assert.equal(transactions.booked.length, 2);
  assert.equal(transactions.booked[0].transactionAmount.amount, "-12.30");
});

await test("a new consent has new account ids", async () => {
  const c = await client("gc-again");
  const first = await approved(c, "gocardless-good");
  const second = await approved(c, "gocardless-good");
  assert.notDeepEqual(first.accounts, second.accounts);
});

await test("the user cancels on the bank's page", async () => {
  const c = await client("gc-cancel");
  const session = await link(c, "gocardless-good");
  const back = await page(session.link, { decision: "declined" });
  assert.equal(back.location.searchParams.get("error"), "UserCancelledSession");
  const requisition = await c.requisition.getRequisitionById(session.id);
  assert.equal(requisition.status, "RJ");
  assert.deepEqual(requisition.accounts, []);
});

await test("a wrong password", async () => {
  const c = await client("gc-wrong");
  const session = await link(c, "gocardless-wrong-password");
  const back = await page(session.link);
  assert.equal(back.location.searchParams.get("error"), "AuthenticationFailed");
  assert.equal((await c.requisition.getRequisitionById(session.id)).status, "RJ");
});

await test("a TAN in the middle", async () => {
  const c = await client("gc-tan");
  const session = await link(c, "gocardless-tan");
  assert.match((await page(session.link)).text, /Enter the TAN/);
  const wrong = await page(session.link, { challenge_response: "000000" });
  assert.equal(wrong.status, 303, wrong.text);
  assert.match((await page(wrong.location)).text, /wrong/);
  const right = await page(session.link, { challenge_response: "123456" });
  assert.equal(right.location.searchParams.get("error"), null);
  assert.equal((await c.requisition.getRequisitionById(session.id)).status, "LN");
});

await test("a consent that has expired", async () => {
  const c = await client("gc-expired");
  const linked = await approved(c, "gocardless-good");
  await advance("gc-expired", "91d");
  await c.generateToken();
  assert.equal((await c.requisition.getRequisitionById(linked.id)).status, "EX");
  const error = await failing(() => c.account(linked.accounts[0]).getTransactions());
  assert.equal(statusOf(error), 401);
  assert.equal(data(error).type, "AccessExpiredError");
});

await test("a consent that the bank ends early", async () => {
  const c = await client("gc-early");
  const linked = await approved(c, "gocardless-expires-early");
  await advance("gc-early", "29d");
  await c.generateToken();
  assert.equal((await c.requisition.getRequisitionById(linked.id)).status, "LN");
  await advance("gc-early", "1d");
  await c.generateToken();
  assert.equal((await c.requisition.getRequisitionById(linked.id)).status, "EX");
  assert.equal(data(await failing(() => c.account(linked.accounts[0]).getBalances())).type, "AccessExpiredError");
});

await test("a first synchronization that half fails", async () => {
  const c = await client("gc-half");
  const linked = await approved(c, "gocardless-half-synced");
  await advance("gc-half", "10s");
  const account = c.account(linked.accounts[0]);
  assert.equal((await account.getMetadata()).status, "ERROR");
  const error = await failing(() => account.getTransactions());
  assert.equal(statusOf(error), 503);
  assert.equal(data(error).type, "ServiceError");
});

await test("a daily limit, for each account", async () => {
  const c = await client("gc-limit");
  const linked = await approved(c, "gocardless-good");
  await advance("gc-limit", "10s");
  const [first, second] = linked.accounts.map((id) => c.account(id));
  for (let i = 0; i < 4; i++) await first.getBalances();
  assert.equal(statusOf(await failing(() => first.getBalances())), 429);
  await second.getBalances();
  await first.getTransactions();
  await advance("gc-limit", "24h");
  await c.generateToken();
  await first.getBalances();
});

await test("a login that is required a good while later", async () => {
  const c = await client("gc-suspended");
  const linked = await approved(c, "gocardless-suspended");
  await advance("gc-suspended", "8d");
  await c.generateToken();
  assert.equal((await c.account(linked.accounts[0]).getMetadata()).status, "SUSPENDED");
  const error = await failing(() => c.account(linked.accounts[0]).getDetails());
  assert.equal(statusOf(error), 409);
  assert.equal(data(error).type, "AccountSuspendedError");
});

await test("data before the synchronization has ended, and of an account of nobody", async () => {
  const c = await client("gc-busy");
  const linked = await approved(c, "gocardless-good");
  assert.equal(data(await failing(() => c.account(linked.accounts[0]).getDetails())).type, "AccountProcessingError");
  assert.equal(statusOf(await failing(() => c.account("3fa85f64-5717-4562-b3fc-2c963f66afa6").getDetails())), 404);
});

await test("a token that has expired", async () => {
  const c = await client("gc-token");
  const pair = await c.generateToken();
  await advance("gc-token", "25h");
  assert.equal(statusOf(await failing(() => c.institution.getInstitutions({ country: "DE" }))), 401);
  c.token = (await c.exchangeToken({ refreshToken: pair.refresh })).access;
  await c.institution.getInstitutions({ country: "DE" });
});

end();
