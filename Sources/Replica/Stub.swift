enum ReplicaStub {}
