// The wallet as a web app, for the example with a browser: one page, and the way back from the bank.
import { createServer } from "node:http";
import { BankError, Wallet } from "./wallet.mjs";

const page = (title, body) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${body}`;
const home = '<form method="post" action="/connect"><button>Connect my bank</button></form>';
const escape = (text) => text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);

/** Serves the wallet for the bank whose API begins at `bank`, and resolves to its server and its URL. */
export async function serveWallet(bank, port = 0) {
  const wallet = new Wallet(bank);
  const server = createServer((request, response) => {
    answer(wallet, request, `http://${request.headers.host}`).then(
      ({ location, html }) => response.writeHead(location ? 303 : 200, location ? { location } : { "Content-Type": "text/html" }).end(html),
      (error) => response.writeHead(500, { "Content-Type": "text/html" }).end(page("Something went wrong", `<p>${escape(error.message)}</p>`)),
    );
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${server.address().port}` };
}

async function answer(wallet, request, own) {
  const { pathname, searchParams } = new URL(request.url, own);
  if (request.method === "POST" && pathname === "/connect") {
    return { location: await wallet.beginOnBanksPage("tester", "consentPage", `${own}/back`) };
  }
  if (pathname !== "/back") return { html: page("My wallet", home) };
  const at = await wallet.process(searchParams.get("bank_authentication_process_id"));
  if (at.status === "AUTHENTICATED") {
    await wallet.connect(at.bank_authentication_process_id);
    return { html: page("Your bank is connected", "") };
  }
  const why = at.error ? new BankError(at.error).message : "You have not decided yet.";
  return { html: page("Your bank is not connected", `<p>${escape(why)}</p>${home}`) };
}

if (process.argv[1] === import.meta.filename) {
  const { url } = await serveWallet(process.env.BANK_URL ?? "http://127.0.0.1:8080/api/v3/wealth_api", 3000);
  console.log(`The wallet is at ${url}`);
}
