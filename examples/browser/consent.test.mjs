// A person connects a bank in a real browser: from the wallet to the bank's own page, and back.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { startBank } from "../node/bank.mjs";
import { serveWallet } from "../node/server.mjs";

describe("the wallet in a browser", () => {
  let bank, browser;
  before(async () => {
    bank = await startBank(fileURLToPath(new URL("../bank/mockbank.yaml", import.meta.url)));
    // CHROMIUM is the browser's program, such as /usr/bin/chromium; without it, an installed Chrome.
    const program = process.env.CHROMIUM;
    browser = await chromium.launch({ ...(program ? { executablePath: program } : { channel: "chrome" }), chromiumSandbox: false });
  });
  after(async () => {
    await browser?.close();
    await bank?.stop();
  });

  /** Goes from the wallet to the bank's page, does there what `decide` does, and resolves to the page it comes back to. */
  async function connect(t, decide) {
    const session = await bank.session(t);
    const { server, url } = await serveWallet(session.url);
    const page = await browser.newPage({ locale: "en-GB" });
    t.after(async () => {
      await page.close();
      server.close();
      server.closeAllConnections();
    });
    await page.goto(url);
    await page.getByRole("button", { name: "Connect my bank" }).click();
    await page.getByLabel("Password").fill("anything will do");
    await page.getByRole("button", { name: "Log in" }).click();
    await decide(page);
    await page.waitForURL(`${url}/back**`);
    return { page, session };
  }

  it("is connected once the user approves", async (t) => {
    const { page, session } = await connect(t, (page) => page.getByRole("button", { name: "Approve" }).click());
    assert.equal(await page.title(), "Your bank is connected");
    const began = (await session.journal()).find((one) => one.route === "connect");
    assert.equal(began.response.status, 201);
  });

  it("says so when the user declines", async (t) => {
    const { page } = await connect(t, (page) => page.getByRole("button", { name: "Decline" }).click());
    assert.equal(await page.title(), "Your bank is not connected");
    assert.match(await page.locator("p").textContent(), /consent/);
  });

  it("says so when the user comes back undecided", async (t) => {
    const { page } = await connect(t, (page) => page.getByRole("link", { name: "Cancel and return to the app" }).click());
    assert.match(await page.locator("p").textContent(), /not decided/);
  });
});
