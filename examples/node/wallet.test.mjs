import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { startBank } from "./bank.mjs";
import { Wallet } from "./wallet.mjs";

describe("the wallet", { concurrency: true }, () => {
  let bank;
  before(async () => (bank = await startBank(fileURLToPath(new URL("../bank/mockbank.yaml", import.meta.url)))));
  after(() => bank.stop());

  /** Each test has a session of its own, and a wallet that uses it. */
  async function prepare(t) {
    const session = await bank.session(t);
    return { session, wallet: new Wallet(session.url) };
  }

  it("imports for twenty minutes", async (t) => {
    const { session, wallet } = await prepare(t);
    const connection = await wallet.connect(await wallet.login("tester", "success"));
    await session.advance("10m");
    assert.deepEqual(await wallet.progress(connection), { percent: 50, error: null });
    await session.advance("10m");
    assert.deepEqual(await wallet.progress(connection), { percent: 100, error: null });
  });

  it("says so when the bank goes down during the import", async (t) => {
    const { session, wallet } = await prepare(t);
    const connection = await wallet.connect(await wallet.login("tester", "down"));
    await session.advance("20m");
    const { percent, error } = await wallet.progress(connection);
    assert.equal(percent, 40);
    assert.equal(error.code, "INSTITUTION_DOWN");
    assert.match(error.message, /\(try again\)$/);
  });

  it("sends the right TAN", async (t) => {
    const { wallet } = await prepare(t);
    const asked = [];
    await wallet.login("tester", "tan", { answer: (question) => asked.push(question) && "4711" });
    assert.deepEqual(asked, ["Enter the TAN"]);
  });

  it("gives up after three wrong TANs", async (t) => {
    const { session, wallet } = await prepare(t);
    await assert.rejects(wallet.login("tester", "tan", { answer: () => "0000" }), { code: "INVALID_CHALLENGE_RESPONSE" });
    assert.equal((await session.journal()).length, 4);
  });

  it("waits for the phone", async (t) => {
    const { session, wallet } = await prepare(t);
    await wallet.login("tester", "phone", { wait: (at) => session.approve(at.bank_authentication_process_id) });
  });

  it("says so when the user declines on the phone", async (t) => {
    const { session, wallet } = await prepare(t);
    const declining = { wait: (at) => session.decline(at.bank_authentication_process_id) };
    await assert.rejects(wallet.login("tester", "phone", declining), { code: "SCA_DENIED" });
  });

  it("says so when nobody approves for five minutes", async (t) => {
    const { session, wallet } = await prepare(t);
    await assert.rejects(wallet.login("tester", "phone", { wait: () => session.advance("1m") }), { code: "PROCESS_EXPIRED" });
  });

  it("says so when the password is wrong", async (t) => {
    const { wallet } = await prepare(t);
    await assert.rejects(wallet.login("tester", "wrong"), { code: "INVALID_CREDENTIALS" });
  });

  it("comes back when the bank is busy", async (t) => {
    const { session, wallet } = await prepare(t);
    await wallet.login("tester", "busy");
    assert.equal((await session.journal()).length, 3);
  });
});
