import Ledger
import LedgerAPI
import NIOCore
import Replica

extension LedgerServices {
    /// Has requests done, or those that only ask tried; the completion is called once for each.
    func submit(
        _ incoming: [IncomingRequest],
        deadline: NIODeadline,
        completion: @escaping @Sendable (Int, CommandResult) -> Void
    ) {
        // Nearly always nothing is only asked, and then nothing is copied but the requests.
        guard incoming.contains(where: \.validateOnly) else {
            node.submit(incoming.map(\.request), deadline: deadline) { index, result in
                completion(index, self.result(result))
            }
            return
        }
        var places: [Int] = []
        for (index, one) in incoming.enumerated() {
            if one.validateOnly {
                node.validate(one.request, deadline: deadline) { result in
                    switch result {
                    case .success(let answer): completion(index, .answered(answer))
                    case .failure(let failure): completion(index, .failed(problem(failure)))
                    }
                }
            } else {
                places.append(index)
            }
        }
        node.submit(places.map { incoming[$0].request }, deadline: deadline) {
            [places] place, result in
            completion(places[place], self.result(result))
        }
    }
}
