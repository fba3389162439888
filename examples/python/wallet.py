"""The wallet: a small app that imports its users' bank accounts. This is what the example's tests test."""

import json
import time
import urllib.error
import urllib.request


class BankError(Exception):
    """An answer of the bank's that the user should hear of."""

    def __init__(self, error):
        super().__init__(error["display_message"] + (" (try again)" if error["retryable"] else ""))
        self.code = error["code"]
        self.retryable = error["retryable"]


class Wallet:
    """Imports accounts from the bank whose API begins at `bank`."""

    def __init__(self, bank):
        self.bank = bank

    def login(self, username, password, answer=None, wait=None):
        """Brings a user's login to its end, and returns the process that can be connected.

        `answer(question)` is the user's answer to the bank, such as a TAN; `wait(process)` is called between two looks at
        what the user decides elsewhere: on the phone, or on the bank's page.
        """
        at = self._ask("POST", "/bank_connections/authenticate", {"username": username, "password": password})
        while True:
            process = at["bank_authentication_process_id"]
            if at["status"] == "AUTHENTICATED":
                return process
            if at["status"] == "AUTHENTICATION_FAILED":
                raise BankError(at["error"])
            if at["status"] == "CHALLENGE_RESPONSE_REQUIRED":
                response = answer(at["challenge"]["message"])
                fields = {"bank_authentication_process_id": process, "challenge_response": response}
                at = self._ask("POST", "/bank_connections/confirm_challenge_response", fields)
            else:
                wait(process)
                at = self._ask("GET", f"/bank_connections/authenticate/{process}")

    def connect(self, process):
        """Begins an import, and returns the connection's identifier."""
        return self._ask("POST", "/bank_connections", {"bank_authentication_process_id": process})["id"]

    def progress(self, connection):
        """How far an import has come, in percent, and what went wrong."""
        at = self._ask("GET", f"/bank_connections/{connection}")
        return at["import_progress"], at["error"] and BankError(at["error"])

    def _ask(self, method, path, fields=None):
        """Sends a request, up to three times where the bank is busy."""
        body = None if fields is None else json.dumps(fields).encode()
        request = urllib.request.Request(self.bank + path, body, {"Content-Type": "application/json"}, method=method)
        for attempt in (1, 2, 3):
            try:
                with urllib.request.urlopen(request) as response:
                    return json.load(response)
            except urllib.error.HTTPError as refusal:
                pause = refusal.headers.get("Retry-After")
                refusal.close()
                if pause is None or attempt == 3:
                    raise
                time.sleep(int(pause))
