enum LedgerRPCStub {}
