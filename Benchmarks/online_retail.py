"""What an Online Retail file leaves in stock, computed from the CSV alone.

Shares nothing with Estoque but the rules, said again here in other words:

* Each line with a positive quantity is sold. A negative one came back when the invoice's number begins
  with C, and is a loss otherwise.
* Each country receives of each item what it sells and loses, in whole boxes of a hundred.
* Lines are left out when the stock code or invoice is not 1 to 64 printable ASCII characters without
  spaces, the quantity is 0, no whole number or beyond a billion, the price no decimal number, or the
  country without a letter or digit.
"""

import collections
import csv
import gzip
import lzma
import re

BOX = 100
QUANTITY_MAX = 1_000_000_000
PRICE_MAX = 1_000_000_000_000
IDENTIFIER = re.compile(r"[!-~]{1,64}\Z")
WHOLE = re.compile(r"[+-]?[0-9]+\Z")
DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")


def opened(path):
    """The file's text, unpacked if it is packed."""
    with open(path, "rb") as file:
        head = file.read(6)
    if head.startswith(b"\x1f\x8b"):
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    if head == b"\xfd7zXZ\x00":
        return lzma.open(path, "rt", encoding="utf-8-sig", newline="")
    return open(path, encoding="utf-8-sig", newline="")


def place_of(country):
    """`United Kingdom` is the location `united-kingdom`."""
    words = re.findall(r"[a-z0-9]+", re.sub(r"[A-Z]", lambda m: m.group().lower(), country))
    name = "-".join(words)
    return name if 1 <= len(name) <= 64 else None


class Books:
    """The sums over a file."""

    def __init__(self):
        self.lines = 0
        self.refused = 0
        self.sold = collections.Counter()
        self.lost = collections.Counter()
        self.returned = collections.Counter()
        self.orders = set()

    def take(self, row):
        """Counts one line of the file."""
        self.lines += 1
        code, invoice, amount, price, country = (
            row[name].strip(" \t")
            for name in ("StockCode", "InvoiceNo", "Quantity", "UnitPrice", "Country")
        )
        place = place_of(country)
        if not (
            place
            and IDENTIFIER.match(code)
            and IDENTIFIER.match(invoice)
            and WHOLE.match(amount)
            and 0 < abs(int(amount)) <= QUANTITY_MAX
            and DECIMAL.match(price)
            and abs(float(price)) * 100 <= PRICE_MAX
        ):
            self.refused += 1
            return
        key = (code, place)
        quantity = int(amount)
        if quantity > 0:
            self.sold[key] += quantity
            self.orders.add((invoice, place))
        elif invoice.startswith("C"):
            self.returned[key] -= quantity
        else:
            self.lost[key] -= quantity

    def on_hand(self):
        """What is left of each item at each place that ever had any."""
        left = {}
        for key in self.sold.keys() | self.lost.keys() | self.returned.keys():
            gone = self.sold[key] + self.lost[key]
            left[key] = -(-gone // BOX) * BOX - gone + self.returned[key]
        return left


def books_of(path):
    """The books of a file."""
    books = Books()
    with opened(path) as text:
        for row in csv.DictReader(text):
            if any(row.values()):
                books.take(row)
    return books


def totals_of(path):
    """What the ledger said it holds: on_hand and reserved, by item and place."""
    with open(path, encoding="utf-8", newline="") as text:
        return {
            (row["sku"], row["location"]): (int(row["on_hand"]), int(row["reserved"]))
            for row in csv.DictReader(text)
        }
