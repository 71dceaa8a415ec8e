import NIOCore
import Replica

/// Prometheus' text format, version 0.0.4.
///
/// `HELP` and `TYPE` come once a family and its samples together, whatever order they are given in.
struct PrometheusText {
    /// The content type that goes with it.
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var buffer = ByteBuffer()

    /// Writes samples, family by family in the order in which each is first seen.
    mutating func write(_ samples: [NodeMetrics.Sample]) {
        var families: [[NodeMetrics.Sample]] = []
        var indices: [String: Int] = [:]
        for sample in samples {
            if let index = indices[sample.name] {
                families[index].append(sample)
            } else {
                indices[sample.name] = families.count
                families.append([sample])
            }
        }
        for family in families {
            guard let first = family.first else { continue }
            writeHeader(first.name, first.kind.rawValue, help: first.help)
            for sample in family {
                writeLine(sample.name, sample.labels, Self.number(sample.value))
            }
        }
    }

    /// Writes histograms of which those of one family stand together.
    mutating func write(_ histograms: [NodeMetrics.Histogram]) {
        var last: String?
        for histogram in histograms {
            let name = histogram.name
            if name != last { writeHeader(name, "histogram", help: histogram.help) }
            last = name
            var total: UInt64 = 0
            for (index, count) in histogram.counts.enumerated() {
                total += count
                let bound =
                    index < histogram.bounds.count ? Self.number(histogram.bounds[index]) : "+Inf"
                writeLine(
                    name + "_bucket",
                    histogram.labels + [(name: "le", value: bound)],
                    "\(total)"
                )
            }
            writeLine(name + "_sum", histogram.labels, Self.number(histogram.sum))
            writeLine(name + "_count", histogram.labels, "\(total)")
        }
    }

    private mutating func writeHeader(_ name: String, _ kind: String, help: String) {
        buffer.writeString("# HELP \(name) \(Self.escaped(help, quotes: false))\n")
        buffer.writeString("# TYPE \(name) \(kind)\n")
    }

    private mutating func writeLine(
        _ name: String,
        _ labels: [(name: String, value: String)],
        _ value: String
    ) {
        buffer.writeString(name)
        if !labels.isEmpty {
            let pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }
            buffer.writeString("{" + pairs.joined(separator: ",") + "}")
        }
        buffer.writeString(" \(value)\n")
    }

    /// Whole numbers without a fraction, the rest in the shortest form that reads back the same.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return "\(whole)" }
        return "\(value)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x0A || (quotes && $0 == 0x22) })
        else { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
