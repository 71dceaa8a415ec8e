enum RaftTransportStub {}
