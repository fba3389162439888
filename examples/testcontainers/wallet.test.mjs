// The wallet against mockbank in a container: for projects whose tests have Docker and no program `mockbank`.
// First make the image, in your clone of mockbank: docker build -f deploy/Dockerfile -t mockbank .
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { GenericContainer, Wait } from "testcontainers";
import { Bank } from "../node/bank.mjs";
import { Wallet } from "../node/wallet.mjs";

describe("the wallet and a bank in a container", () => {
  let bank;
  before(async () => {
    const token = crypto.randomUUID(); // from outside the container the admin API wants one
    const container = await new GenericContainer("mockbank")
      .withCopyDirectoriesToContainer([{ source: fileURLToPath(new URL("../bank", import.meta.url)), target: "/etc/mockbank" }])
      .withEnvironment({ MOCKBANK_CONFIG: "/etc/mockbank/mockbank.yaml", MOCKBANK_ADMIN_TOKEN: token })
      .withExposedPorts(8080)
      .withWaitStrategy(Wait.forHealthCheck())
      .start();
    const url = `http://${container.getHost()}:${container.getMappedPort(8080)}`;
    bank = new Bank(url, () => container.stop(), token);
  });
  after(() => bank?.stop());

  it("imports for twenty minutes", async (t) => {
    const session = await bank.session(t);
    const wallet = new Wallet(session.url);
    const connection = await wallet.connect(await wallet.login("tester", "success"));
    await session.advance("20m");
    assert.deepEqual(await wallet.progress(connection), { percent: 100, error: null });
  });
});
