// finapi-client plays catalogue:finapi: link, authentication, accounts, transactions, and what goes wrong. The package is
// made for bundlers: its own imports lack `.js`, which the hook below adds as they do.
import { register } from "node:module";
import { advance, assert, end, failing, page, root, test } from "./lib.mjs";

register("data:text/javascript," + encodeURIComponent(`
export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    for (const ending of specifier.startsWith(".") ? [".js", "/index.js"] : []) {
      try { return await next(specifier + ending, context); } catch { /* the next one */ }
    }
    throw error;
  }
}`));
globalThis.self = globalThis;
const finapi = await import("finapi-client");

/** The client of a session, for a token or none. */
function client(session, accessToken = "none") {
  const configuration = finapi.createConfiguration({
    baseServer: new finapi.ServerConfiguration(`${root}/sessions/${session}/finapi`, {}), authMethods: { finapi_auth: { accessToken } },
  });
  const api = (kind) => new finapi[kind](configuration);
  return {
    token: api("AuthorizationApi"), users: api("UsersApi"), banks: api("BanksApi"), connections: api("BankConnectionsApi"),
    accounts: api("AccountsApi"), transactions: api("TransactionsApi"),
  };
}

/** Creates a user and returns a client with that user's token. */
async function user(session) {
  const { accessToken } = await client(session).token.getToken("client_credentials", "id", "secret");
  const made = await client(session, accessToken).users.createUser({ id: "jane", password: "pw", isAutoUpdateEnabled: false });
  const pair = await client(session).token.getToken("password", "id", "secret", undefined, undefined, made.id, made.password);
  return { ...client(session, pair.accessToken), pair };
}

/** The call that imports a bank connection, which a second factor repeats. */
const importing = (pin, multiStepAuthentication) => ({
  bankId: 280001, bankingInterface: "FINTS_SERVER", name: "mine", redirectUrl: "http://127.0.0.1:9/back", multiStepAuthentication,
  loginCredentials: [{ label: "Onlinebanking-ID", value: "finapi" }, { label: "PIN", value: pin }],
});

/** Imports, and returns what the second factor asks. */
async function asked(call) {
  const error = await failing(call);
  assert.equal(error.code, 510, error.message);
  assert.equal(error.body.errors[0].code, "ADDITIONAL_AUTHENTICATION_REQUIRED");
  return error.body.errors[0].multiStepAuthentication;
}

const code = (error) => error.body.errors?.[0].code ?? error.body.error;

await test("link, authentication, accounts, transactions", async () => {
  const c = await user("fi-good");
  const { banks: [bank] } = await c.banks.getAndSearchAllBanks();
  assert.equal(bank.interfaces[0].loginCredentials.length, 2);
  assert.deepEqual((await c.accounts.getAndSearchAllAccounts()).accounts, []);
  const made = await c.connections.importBankConnection(importing("all_well"));
  assert.equal(typeof made.id, "number");
  assert.equal(made.updateStatus, "IN_PROGRESS");
  assert.equal(made.accountIds.length, 2);
  assert.equal((await c.accounts.getAccount(made.accountIds[1])).accountName, "Savings");
  await advance("fi-good", "5s");
  assert.equal((await c.connections.getBankConnection(made.id)).updateStatus, "READY");
  const { accounts } = await c.accounts.getAndSearchAllAccounts();
  assert.deepEqual(accounts.map((one) => one.id), made.accountIds);
  assert.equal(accounts[0].interfaces[0].status, "UPDATED");
  const { transactions } = await c.transactions.getAndSearchAllTransactions("userView");
  assert.deepEqual(transactions.map((one) => one.amount), [-12.3, 2500]);
  await c.connections.deleteBankConnection(made.id);
  assert.equal(code(await failing(() => c.connections.getBankConnection(made.id))), "UNKNOWN_ENTITY");
});

await test("a TAN, by repeating the call", async () => {
  const c = await user("fi-tan");
  const challenge = await asked(() => c.connections.importBankConnection(importing("tan")));
  assert.equal(challenge.status, "CHALLENGE_RESPONSE_REQUIRED");
  assert.equal(challenge.answerFieldLabel, "TAN");
  const again = await asked(() => c.connections.importBankConnection(importing("tan", { hash: challenge.hash, challengeResponse: "0" })));
  const made = await c.connections.importBankConnection(importing("tan", { hash: again.hash, challengeResponse: "123456" }));
  assert.equal(made.accountIds.length, 2);
});

await test("a procedure, and a TAN", async () => {
  const c = await user("fi-procedures");
  const choice = await asked(() => c.connections.importBankConnection(importing("procedures")));
  assert.equal(choice.status, "TWO_STEP_PROCEDURE_REQUIRED");
  assert.equal([...choice.twoStepProcedures].length, 2);
  const wrong = await failing(() => c.connections.importBankConnection(importing("procedures", { hash: choice.hash, twoStepProcedureId: "999" })));
  assert.equal(code(wrong), "INVALID_TWO_STEP_PROCEDURE");
  const challenge = await asked(() => c.connections.importBankConnection(importing("procedures", { hash: choice.hash, twoStepProcedureId: "920" })));
  assert.equal(challenge.status, "CHALLENGE_RESPONSE_REQUIRED");
  await c.connections.importBankConnection(importing("procedures", { hash: challenge.hash, challengeResponse: "123456" }));
});

await test("the bank's page, and the bank's app", async () => {
  const c = await user("fi-redirect");
  const at = await asked(() => c.connections.importBankConnection(importing("redirect")));
  const { location } = await page(at.redirectUrl, { decision: "approved" });
  await c.connections.importBankConnection(importing("redirect", { hash: at.hash, redirectCallback: location.search.slice(1) }));
  const app = await asked(() => c.connections.importBankConnection(importing("app")));
  assert.equal(app.status, "DECOUPLED_AUTH_IN_PROGRESS");
  await asked(() => c.connections.importBankConnection(importing("app", { hash: app.hash, decoupledCallback: true })));
  await advance("fi-redirect", "10s");
  await c.connections.importBankConnection(importing("app", { hash: app.hash, decoupledCallback: true }));
});

await test("a consent of 91 days ago: an update asks for a TAN", async () => {
  const c = await user("fi-expired");
  const challenge = await asked(() => c.connections.importBankConnection(importing("tan")));
  const made = await c.connections.importBankConnection(importing("tan", { hash: challenge.hash, challengeResponse: "123456" }));
  await advance("fi-expired", "91d");
  assert.equal(code(await failing(() => c.connections.getBankConnection(made.id))), "invalid_token");
  assert.equal(code(await failing(() => c.token.getToken("refresh_token", "id", "secret", undefined, c.pair.refreshToken))), "INVALID_TOKEN");
  const next = await user("fi-expired");
  const updating = (multiStepAuthentication) => ({ bankConnectionId: made.id, bankingInterface: "FINTS_SERVER", multiStepAuthentication });
  const again = await asked(() => next.connections.updateBankConnection(updating()));
  const updated = await next.connections.updateBankConnection(updating({ hash: again.hash, challengeResponse: "123456" }));
  assert.equal(updated.updateStatus, "IN_PROGRESS");
  assert.equal(code(await failing(() => next.connections.updateBankConnection(updating()))), "LOCKED");
  await advance("fi-expired", "5s");
  assert.equal((await next.connections.getBankConnection(made.id)).updateStatus, "READY");
});

for (const [pin, status, expected] of [["wrong_pin", 422, "BANK_SERVER_REJECTION"], ["unsupported", 501, "UNSUPPORTED_BANK"]]) {
  await test(`${pin} is refused`, async () => {
    const c = await user("fi-refused");
    const error = await failing(() => c.connections.importBankConnection(importing(pin)));
    assert.equal(error.code, status);
    assert.equal(code(error), expected);
  });
}

await test("three wrong TANs, and a user who cancels", async () => {
  const c = await user("fi-wrong");
  const { hash } = await asked(() => c.connections.importBankConnection(importing("tan")));
  const answer = (challengeResponse) => c.connections.importBankConnection(importing("tan", { hash, challengeResponse }));
  for (let i = 0; i < 2; i++) await asked(() => answer("0"));
  assert.equal(code(await failing(() => answer("0"))), "BANK_SERVER_REJECTION");
  const at = await asked(() => c.connections.importBankConnection(importing("redirect")));
  await page(at.redirectUrl, { decision: "declined" });
  const error = await failing(() => c.connections.importBankConnection(importing("redirect", { hash: at.hash, redirectCallback: "x" })));
  assert.match(error.body.errors[0].message, /cancelled/);
});

await test("a download that fails", async () => {
  const c = await user("fi-half");
  const made = await c.connections.importBankConnection(importing("download_failed"));
  await advance("fi-half", "10s");
  assert.equal((await c.connections.getBankConnection(made.id)).interfaces[0].lastManualUpdate.result, "BANK_SERVER_REJECTION");
  assert.equal((await c.accounts.getAccount(made.accountIds[0])).interfaces[0].status, "DOWNLOAD_FAILED");
  assert.deepEqual((await c.transactions.getAndSearchAllTransactions("userView")).transactions, []);
});

await test("a challenge of nobody, a field that is missing, a token that ran out and is refreshed", async () => {
  const c = await user("fi-odd");
  assert.equal(code(await failing(() => c.connections.importBankConnection(importing("tan", { hash: "x", challengeResponse: "1" })))), "NO_EXISTING_CHALLENGE");
  assert.equal(code(await failing(() => c.connections.importBankConnection({ bankingInterface: "FINTS_SERVER" }))), "MISSING_FIELD");
  const made = await c.connections.importBankConnection(importing("all_well"));
  await advance("fi-odd", "1h");
  assert.equal(code(await failing(() => c.accounts.getAndSearchAllAccounts())), "invalid_token");
  const { accessToken } = await c.token.getToken("refresh_token", "id", "secret", undefined, c.pair.refreshToken);
  assert.deepEqual((await client("fi-odd", accessToken).accounts.getAndSearchAllAccounts()).accounts.map((one) => one.id), made.accountIds);
  const error = await failing(() => c.token.getToken("password", "id", "secret", undefined, undefined, "jane", "wrong_password"));
  assert.equal(error.code, 400);
  assert.equal(code(error), "BAD_REQUEST");
});

end();
