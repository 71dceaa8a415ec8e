enum LedgerClientStub {}
