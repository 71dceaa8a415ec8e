enum RaftLogStub {}
