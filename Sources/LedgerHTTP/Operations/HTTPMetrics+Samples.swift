import Replica

extension HTTPMetrics {
    /// Everything but the histogram, in the node's form.
    var samples: [NodeMetrics.Sample] {
        let counts = snapshot
        var samples: [NodeMetrics.Sample] = []
        for route in Route.allCases {
            for index in 0..<Self.classes {
                samples.append(
                    NodeMetrics.Sample(
                        "estoque_http_requests_total",
                        .counter,
                        Double(counts.requests[route.rawValue * Self.classes + index]),
                        help: "Requests answered, by route and class of status.",
                        labels: [("route", route.label), ("class", "\(index + 1)xx")]
                    )
                )
            }
        }
        samples += [
            NodeMetrics.Sample(
                "estoque_http_requests_in_flight",
                .gauge,
                Double(counts.inFlight),
                help: "Requests that have arrived and are not answered."
            ),
            NodeMetrics.Sample(
                "estoque_http_requests_abandoned_total",
                .counter,
                Double(counts.abandoned),
                help: "Requests whose connection was lost before the answer was out."
            ),
            NodeMetrics.Sample(
                "estoque_http_requests_malformed_total",
                .counter,
                Double(counts.malformed),
                help: "Requests that could not be parsed."
            ),
            NodeMetrics.Sample(
                "estoque_http_connections",
                .gauge,
                Double(counts.connections),
                help: "Open connections."
            ),
            NodeMetrics.Sample(
                "estoque_http_connections_total",
                .counter,
                Double(counts.connectionsTotal),
                help: "Connections accepted."
            ),
            NodeMetrics.Sample(
                "estoque_http_connections_refused_total",
                .counter,
                Double(counts.connectionsRefused),
                help: "Connections turned away because there were too many."
            ),
        ]
        return samples
    }

    /// The durations, by route; routes never asked for are left out.
    var histograms: [NodeMetrics.Histogram] {
        let counts = snapshot
        let width = Self.bounds.count + 1
        return Route.allCases.compactMap { route in
            let start = route.rawValue * width
            let buckets = Array(counts.buckets[start..<(start + width)])
            guard buckets.contains(where: { $0 > 0 }) else { return nil }
            return NodeMetrics.Histogram(
                "estoque_http_request_duration_seconds",
                help: "Time from a request's head to its answer, by route.",
                bounds: Self.bounds,
                counts: buckets,
                sum: Double(counts.nanoseconds[route.rawValue]) / 1_000_000_000,
                labels: [("route", route.label)]
            )
        }
    }
}
