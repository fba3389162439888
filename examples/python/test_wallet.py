import pathlib
import unittest

from bank import Bank
from wallet import BankError, Wallet


class WalletTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        config = pathlib.Path(__file__).parent.parent / "bank" / "mockbank.yaml"
        cls.bank = cls.enterClassContext(Bank(str(config)))

    def setUp(self):
        self.session = self.bank.session(self)
        self.wallet = Wallet(self.session.url)

    def refused(self, code, *login, **user):
        """Logs in, and expects that the user is told of a failure."""
        with self.assertRaises(BankError) as raised:
            self.wallet.login(*login, **user)
        self.assertEqual(raised.exception.code, code)
        self.assertTrue(str(raised.exception))

    def test_an_import_of_twenty_minutes(self):
        connection = self.wallet.connect(self.wallet.login("tester", "success"))
        self.session.advance("10m")
        self.assertEqual(self.wallet.progress(connection), (50, None))
        self.session.advance("10m")
        self.assertEqual(self.wallet.progress(connection), (100, None))

    def test_the_bank_goes_down_during_the_import(self):
        connection = self.wallet.connect(self.wallet.login("tester", "down"))
        self.session.advance("20m")
        percent, error = self.wallet.progress(connection)
        self.assertEqual((percent, error.code, error.retryable), (40, "INSTITUTION_DOWN", True))

    def test_the_right_tan(self):
        asked = []
        self.wallet.login("tester", "tan", answer=lambda question: asked.append(question) or "4711")
        self.assertEqual(asked, ["Enter the TAN"])

    def test_three_wrong_tans(self):
        self.refused("INVALID_CHALLENGE_RESPONSE", "tester", "tan", answer=lambda _: "0000")
        self.assertEqual(len(self.session.journal()), 4)

    def test_the_user_approves_on_the_phone(self):
        self.wallet.login("tester", "phone", wait=self.session.approve)

    def test_the_user_declines_on_the_phone(self):
        self.refused("SCA_DENIED", "tester", "phone", wait=self.session.decline)

    def test_nobody_approves_for_five_minutes(self):
        self.refused("PROCESS_EXPIRED", "tester", "phone", wait=lambda _: self.session.advance("1m"))

    def test_a_wrong_password(self):
        self.refused("INVALID_CREDENTIALS", "tester", "wrong")

    def test_the_bank_is_busy_twice(self):
        self.wallet.login("tester", "busy")
        self.assertEqual(len(self.session.journal()), 3)


if __name__ == "__main__":
    unittest.main()
