// Many users at once, as the wallet brings them to the bank:
//
//   k6 run -e BANK=http://127.0.0.1:8080/api/v3/wealth_api load.js
//
// To load your app instead, point it at the bank and let this script call your app. The bank counts what it was asked
// at /metrics; how much it can do is in docs/performance.md.
import http from "k6/http";
import { check, sleep } from "k6";
import { Counter } from "k6/metrics";

const bank = __ENV.BANK || "http://127.0.0.1:8080/api/v3/wealth_api";
const imports = new Counter("imports");

export const options = {
  scenarios: {
    users: { executor: "ramping-arrival-rate", startRate: 5, timeUnit: "1s", preAllocatedVUs: 50, maxVUs: 500,
      stages: [{ target: 50, duration: "30s" }, { target: 50, duration: "1m" }] },
  },
  thresholds: {
    checks: ["rate==1"],
    "http_req_duration{name:authenticate}": ["p(95)<250"],
  },
};

function post(path, fields, name) {
  const params = { headers: { "Content-Type": "application/json" }, tags: { name } };
  return http.post(bank + path, JSON.stringify(fields), params);
}

export default function () {
  const login = post("/bank_connections/authenticate", { username: "tester", password: "success" }, "authenticate");
  if (!check(login, { "the user is let in": (answer) => answer.status === 200 && answer.json("status") === "AUTHENTICATED" })) return;
  const process = login.json("bank_authentication_process_id");
  const connection = post("/bank_connections", { bank_authentication_process_id: process }, "connect");
  if (!check(connection, { "the import begins": (answer) => answer.json("status") === "IN_PROGRESS" })) return;
  imports.add(1);
  sleep(1);
  const at = http.get(`${bank}/bank_connections/${connection.json("id")}`, { tags: { name: "connection" } });
  check(at, { "the import goes on": (answer) => answer.status === 200 && answer.json("error") === null });
}
