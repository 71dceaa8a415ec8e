enum RaftStub {}
