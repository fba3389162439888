// The wallet: a small app that imports its users' bank accounts. This is what the example's tests test.

/** An answer of the bank's that the user should hear of. */
export class BankError extends Error {
  constructor({ code, display_message, retryable }) {
    super(display_message + (retryable ? " (try again)" : ""));
    Object.assign(this, { code, retryable });
  }
}

export class Wallet {
  /** @param {string} bank where the bank's API begins */
  constructor(bank) {
    this.bank = bank;
  }

  /**
   * Brings a user's login to its end, and resolves to the process that can be connected.
   * @param {{answer?: (question: string) => string, wait?: (at: object) => Promise<void>}} user is asked where the bank
   *   wants something: an answer such as a TAN; or `wait` is called between two looks at what is decided elsewhere.
   */
  async login(username, password, user = {}) {
    let at = await this.#ask("POST", "/bank_connections/authenticate", { username, password });
    for (;;) {
      switch (at.status) {
        case "AUTHENTICATED":
          return at.bank_authentication_process_id;
        case "AUTHENTICATION_FAILED":
          throw new BankError(at.error);
        case "CHALLENGE_RESPONSE_REQUIRED":
          at = await this.#ask("POST", "/bank_connections/confirm_challenge_response", {
            bank_authentication_process_id: at.bank_authentication_process_id,
            challenge_response: user.answer(at.challenge.message),
          });
          break;
        default: // the user decides on the phone, or on the bank's page
          await user.wait(at);
          at = await this.process(at.bank_authentication_process_id);
      }
    }
  }

  /** Begins a login that comes back to `redirectUri`, and resolves to the address of the bank's page. */
  async beginOnBanksPage(username, password, redirectUri) {
    const at = await this.#ask("POST", "/bank_connections/authenticate", { username, password, redirect_uri: redirectUri });
    return at.redirect_url;
  }

  /** Where a login stands. */
  process(id) {
    return this.#ask("GET", `/bank_connections/authenticate/${id}`);
  }

  /** Begins an import, and resolves to the connection's identifier. */
  async connect(process) {
    return (await this.#ask("POST", "/bank_connections", { bank_authentication_process_id: process })).id;
  }

  /** Resolves to how far an import has come, in percent, and to what went wrong. */
  async progress(connection) {
    const at = await this.#ask("GET", `/bank_connections/${connection}`);
    return { percent: at.import_progress, error: at.error && new BankError(at.error) };
  }

  /** Sends a request, up to three times where the bank is busy. */
  async #ask(method, path, fields) {
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(this.bank + path, {
        method,
        headers: { "Content-Type": "application/json" },
        body: fields && JSON.stringify(fields),
      });
      if (response.ok) return response.json();
      await response.arrayBuffer();
      const pause = response.headers.get("Retry-After");
      if (pause === null || attempt === 3) throw new Error(`the bank answered ${response.status}`);
      await new Promise((resolve) => setTimeout(resolve, Number(pause) * 1000));
    }
  }
}
