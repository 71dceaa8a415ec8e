extension Request {
    /// Every field that breaks a limit or a form, at most `violationsMax`; empty when it may enter
    /// the log.
    ///
    /// What depends on the state of the ledger, such as an unknown SKU, is left to apply.
    public func validate() -> [FieldViolation] {
        var validation = Validation(limit: LedgerLimits.violationsMax)
        validation.check(self)
        return validation.violations
    }

    /// The first violation, for apply: what came round the edge is refused and does no harm.
    func firstViolation() -> FieldViolation? {
        var validation = Validation(limit: 1)
        validation.check(self)
        return validation.violations.first
    }
}
