enum LedgerAPIStub {}
