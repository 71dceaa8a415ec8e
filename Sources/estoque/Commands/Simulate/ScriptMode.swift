import ArgumentParser
import Foundation
import Simulation

/// Runs scenario scripts: reads and checks all of them first, so that none runs if one is wrong.
struct ScriptMode {
    private static let badScript = ExitCode(2)
    private let options: ScriptOptions
    private let limits = ScriptLimits()

    init(_ options: ScriptOptions) { self.options = options }

    func run() throws {
        let scripts = try readScripts()
        let golden = try readGolden()
        var runner = ScriptRunner(isTraced: options.trace) { Terminal.out($0) }
        for script in scripts { runner.run(script) }
        if let golden { runner.compare(with: golden) }
        if runner.tally.failures == 0 { try update(runner.shown) }
        Terminal.out(runner.tally.description)
        guard runner.tally.failures == 0 else { throw ExitCode.failure }
    }

    private func readScripts() throws -> [Script] {
        var scripts: [Script] = []
        var isWrong = false
        for file in options.script {
            switch Script.read(file: file, try content(of: file), limits: limits) {
            case .success(let script):
                scripts.append(script)
            case .failure(let errors):
                isWrong = true
                for error in errors.list { Terminal.err(error.description) }
            }
        }
        guard !isWrong else { throw Self.badScript }
        return scripts
    }

    private func readGolden() throws -> ScriptGolden? {
        guard let file = options.golden, !options.update else { return nil }
        let text = String(decoding: try content(of: file), as: UTF8.self)
        return ScriptGolden(file: file, content: text)
    }

    private func update(_ shown: [String]) throws {
        guard let file = options.golden, options.update else { return }
        do {
            let content = Data(ScriptGolden.content(of: shown).utf8)
            try content.write(to: URL(fileURLWithPath: file), options: .atomic)
        } catch {
            throw CommandFailure("\(file) can't be written: \(error.localizedDescription)")
        }
    }

    /// Reads one byte more than is allowed at most, which the parser then refuses.
    private func content(of file: String) throws -> [UInt8] {
        do {
            var source = try FileSource(file)
            defer { source.close() }
            var bytes: [UInt8] = []
            while bytes.count <= limits.fileBytesMax {
                guard try source.read(into: &bytes, max: 64 << 10) > 0 else { break }
            }
            return bytes
        } catch {
            Terminal.err("estoque: \(error.description)")
            throw Self.badScript
        }
    }
}
