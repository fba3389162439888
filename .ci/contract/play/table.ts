// Plays the specification's table by the client that @hey-api/openapi-ts makes of the description.
import { client } from "../client/client.gen";
import { approveProcess, authenticate, confirmChallengeResponse, createConnection, getConnection, getProcess } from "../client/sdk.gen";

declare const process: { argv: string[] };

client.setConfig({ baseUrl: process.argv[2] as string, throwOnError: true });

const statuses: Record<string, string> = {
  success: "AUTHENTICATED",
  challengeRequired: "CHALLENGE_RESPONSE_REQUIRED",
  decoupledAuthRequired: "DECOUPLED_AUTH_REQUIRED",
  decoupledAuthRequiredSuccess: "DECOUPLED_AUTH_REQUIRED",
  decoupledAuthRequiredError: "DECOUPLED_AUTH_REQUIRED",
  redirectRequired: "REDIRECT_REQUIRED",
  bankConnectionError: "AUTHENTICATED",
  anything: "AUTHENTICATION_FAILED",
};

function expect(what: string, is: unknown, want: unknown): void {
  if (is !== want) throw new Error(`${what} is ${is}, not ${want}`);
}

async function eventually(what: string, want: string, ask: () => Promise<string | undefined>): Promise<void> {
  let is: string | undefined;
  for (const until = Date.now() + 60_000; Date.now() < until; ) {
    is = await ask();
    if (is === want) return;
    await new Promise((wake) => setTimeout(wake, 100));
  }
  expect(what, is, want);
}

async function play(): Promise<void> {
  const processes: Record<string, string> = {};
  for (const [password, want] of Object.entries(statuses)) {
    const { data } = await authenticate({ body: { username: "tester", password } });
    expect(`the login with ${password}`, data?.status, want);
    processes[password] = data!.bank_authentication_process_id;
  }
  const named = (password: string) => ({ bank_authentication_process_id: processes[password]! });

  const answered = await confirmChallengeResponse({ body: { ...named("challengeRequired"), challenge_response: "123456" } });
  expect("the TAN", answered.data?.status, "AUTHENTICATED");
  const approved = await approveProcess({ path: { id: processes["decoupledAuthRequired"]! } });
  expect("the approval", approved.data?.status, "AUTHENTICATED");
  for (const [password, want] of [["decoupledAuthRequiredSuccess", "AUTHENTICATED"], ["decoupledAuthRequiredError", "AUTHENTICATION_FAILED"]] as const) {
    await eventually(password, want, async () => (await getProcess({ path: { id: processes[password]! } })).data?.status);
  }
  for (const [password, status, progress] of [["success", "SUCCESS", 100], ["bankConnectionError", "FAILED_WITH_ERROR", 60]] as const) {
    const { data: made } = await createConnection({ body: named(password) });
    expect(`the connection of ${password}`, made?.status, "IN_PROGRESS");
    const look = async () => (await getConnection({ path: { id: made!.id } })).data;
    await eventually(`the import of ${password}`, status, async () => (await look())?.status);
    expect(`the progress of ${password}`, (await look())?.import_progress, progress);
  }
}

play();
