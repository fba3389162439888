"""Starts a mockbank for tests, and gives each test a session of its own.

Copy this file into your project: all it needs is the program `mockbank` on the PATH.
"""

import json
import re
import subprocess
import urllib.request
import uuid


class Bank:
    """A bank on a free port, with its records in memory: `with Bank("mockbank.yaml") as bank: ...`"""

    def __init__(self, config):
        self.config = config

    def __enter__(self):
        # The bank ends with this process, however that ends, since it holds the bank's standard input.
        self._server = subprocess.Popen(
            ["mockbank", "serve", "--config", self.config, "--listen", "127.0.0.1:0", "--database", ":memory:",
             "--log-level", "warn", "--exit-with-parent"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = self._server.stdout.readline().strip()  # its first line is its URL, once it answers
        if not self.url:
            self._server.communicate()
            raise RuntimeError(f"mockbank ended with {self._server.returncode}")
        return self

    def __exit__(self, *_):
        self._server.communicate()  # closes its standard input

    def session(self, test):
        """A session for a unittest.TestCase, with its clock standing still, which goes when the test ends."""
        name = f"{re.sub(r'[^A-Za-z0-9._-]+', '-', test.id())[-40:]}.{uuid.uuid4().hex[:8]}"
        self.admin("POST", "/sessions", {"id": name, "frozen": True})
        test.addCleanup(self.admin, "DELETE", f"/sessions/{name}")
        return Session(self, name)

    def admin(self, method, path, fields=None):
        """Asks the admin API."""
        body = None if fields is None else json.dumps(fields).encode()
        request = urllib.request.Request(f"{self.url}/admin/v1{path}", body, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request) as response:
            text = response.read()
        return json.loads(text) if text else None


class Session:
    def __init__(self, bank, name):
        self.bank = bank
        self.name = name
        # Where the app under test finds the bank. The session is a part of the path, and the app need not know of it.
        self.url = f"{bank.url}/sessions/{name}/api/v3/wealth_api"

    def advance(self, duration):
        """Sets the clock forward; when it returns, all that has become due has happened."""
        self.bank.admin("POST", f"/sessions/{self.name}/clock", {"advance": duration})

    def approve(self, process):
        """The user's decision on the phone."""
        self.bank.admin("POST", f"/processes/{process}/approve")

    def decline(self, process):
        self.bank.admin("POST", f"/processes/{process}/decline")

    def journal(self):
        """What the app has asked and what the bank has answered, oldest first."""
        return self.bank.admin("GET", f"/journal?since=0&session={self.name}")["exchanges"]
