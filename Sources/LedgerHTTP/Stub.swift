enum LedgerHTTPStub {}
