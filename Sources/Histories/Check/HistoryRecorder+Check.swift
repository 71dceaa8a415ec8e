extension HistoryRecorder {
    /// Judges the history; empty when a correct ledger could have done all of it.
    package func check(_ options: HistoryOptions = HistoryOptions()) -> [HistoryFault] {
        let evidence = Evidence(self, clockRateErrorPPM: options.clockRateErrorPPM)
        let problem = SearchProblem(evidence, options)
        let faults =
            AnswerCheck(evidence: evidence).faults()
            + PositionCheck(evidence: evidence).faults()
            + ConservationCheck(evidence: evidence).faults()
            + WitnessCheck(evidence: evidence, problem: problem).faults()
            + LinearizabilityCheck(evidence: evidence, problem: problem, options: options).faults()
        return Array(faults.prefix(options.faultsMax))
    }
}
