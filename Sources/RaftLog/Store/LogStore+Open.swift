package import Raft

extension LogStore {
    /// Opens a node's log and brings it back to where it was; makes it if there is none.
    ///
    /// - Parameters:
    ///   - fileSystem: Where the directory is.
    ///   - path: The directory's path; made if need be.
    ///   - cluster: The cluster that it must belong to.
    ///   - node: The node that it must belong to.
    ///   - newIncarnation: A random number, used only if the directory is new.
    ///   - limits: Sizes and times.
    /// - Returns: A log whose whole contents are durable.
    /// - Throws: ``LogError`` with everything an operator needs to know in its description.
    package static func open(
        fileSystem: any FileSystem,
        directory path: String,
        cluster: LogIdentity.Cluster,
        node: NodeID,
        newIncarnation: UInt64,
        limits: LogLimits = LogLimits()
    ) throws(LogError) -> sending LogStore {
        let directory = LogDirectory(fileSystem: fileSystem, path: path)
        let lock = try takeLock(of: directory)
        do {
            let wanted = LogIdentity(cluster: cluster, node: node, incarnation: newIncarnation)
            let identity = try readOrCreate(wanted, in: directory, limits: limits)
            let salt = LogSalt(incarnation: identity.incarnation)
            var mark = try openMark(in: directory, salt: salt)
            let recovery = Recovery(
                directory: directory,
                identity: identity,
                salt: salt,
                segmentBytes: limits.segmentBytes,
                takesDamageForTornTail: limits.has(.takesDamageForTornTail)
            )
            let outcome = try recovery.run(mark: &mark)
            return LogStore(
                identity: identity,
                limits: limits,
                directory: directory,
                lock: lock,
                mark: mark,
                outcome: outcome
            )
        } catch {
            lock.release()
            throw error
        }
    }

    /// Whose log a directory holds; `nil` if it holds none.
    package static func identity(
        fileSystem: any FileSystem,
        directory: String
    ) throws(LogError) -> LogIdentity? {
        try LogDirectory(fileSystem: fileSystem, path: directory).readIdentity()
    }

    private static func takeLock(of directory: LogDirectory) throws(LogError) -> any FileLock {
        do {
            try directory.fileSystem.createDirectory(directory.path)
            if let lock = try directory.fileSystem.lock(directory.lockPath) { return lock }
        } catch {
            throw LogError(error)
        }
        throw .locked(directory: directory.path)
    }

    private static func readOrCreate(
        _ wanted: LogIdentity,
        in directory: LogDirectory,
        limits: LogLimits
    ) throws(LogError) -> LogIdentity {
        if let found = try directory.readIdentity() {
            guard found.cluster == wanted.cluster else {
                throw .wrongCluster(
                    directory: directory.path,
                    found: found.cluster,
                    expected: wanted.cluster
                )
            }
            guard found.node == wanted.node else {
                throw .wrongNode(
                    directory: directory.path,
                    found: found.node,
                    expected: wanted.node
                )
            }
            return found
        }
        let isUnfinished: Bool
        do {
            // The draft is renamed as the last step: with it there, nothing was ever promised.
            let hasDraft = try directory.fileSystem.exists(directory.identityDraftPath)
            let hasSegments = try !directory.segmentNumbers().isEmpty
            isUnfinished = hasDraft || !hasSegments
            if isUnfinished { try directory.create(wanted, segmentBytes: limits.segmentBytes) }
        } catch {
            throw LogError(error)
        }
        guard isUnfinished else {
            throw .damaged(
                LogDamage(
                    file: directory.identityPath,
                    offset: 0,
                    detail: "the identity is missing beside existing segments"
                )
            )
        }
        return wanted
    }

    private static func openMark(
        in directory: LogDirectory,
        salt: LogSalt
    ) throws(LogError) -> SyncedMark {
        do {
            let file = try directory.fileSystem.open(directory.markPath, create: true)
            return try SyncedMark(file: file, salt: salt)
        } catch {
            throw LogError(error)
        }
    }
}
