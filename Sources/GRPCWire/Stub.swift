enum GRPCWireStub {}
