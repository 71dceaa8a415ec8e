import Ledger

extension ProtoProblem {
    /// The message that tells of a problem.
    package init(_ problem: Problem) {
        self.init()
        code = Int32(problem.code.rawValue)
        reason = problem.reason.rawValue
        message = problem.message
        metadata = problem.metadata
        fieldViolations = problem.violations.map { violation in
            var field = ProtoFieldViolation()
            field.field = violation.field
            field.description_p = violation.description
            return field
        }
        retryDelayMs = problem.retryDelay?.rawValue ?? 0
        detail = problem.detail?.proto
    }
}

extension Problem {
    /// The problem that a message tells of.
    package init(_ proto: ProtoProblem) {
        self.init(
            code: StatusCode(rawValue: Int(proto.code)) ?? .unknown,
            reason: Reason(rawValue: proto.reason),
            message: proto.message,
            metadata: proto.metadata,
            violations: proto.fieldViolations.map {
                FieldViolation(field: $0.field, description: $0.description_p)
            },
            retryDelay: proto.retryDelayMs == 0 ? nil : Milliseconds(proto.retryDelayMs)
        )
        detail = proto.detail.map(Detail.init)
    }
}
