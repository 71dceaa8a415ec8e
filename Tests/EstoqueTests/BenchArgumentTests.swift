import ArgumentParser
import Testing

@testable import estoque

@Suite struct BenchArgumentTests {
    @Test(arguments: [
        ("500ms", Duration.milliseconds(500)), ("5s", .seconds(5)), ("5", .seconds(5)),
        ("2m", .seconds(120)), ("1h", .seconds(3_600)), ("0s", .zero),
    ])
    func `a duration has a unit, or means seconds`(text: String, expected: Duration) {
        #expect(DurationArgument(argument: text)?.duration == expected)
    }

    @Test(arguments: ["", "s", "5 s", "-5s", "1.5s", "5d", "9223372036854775807h", "٥s"])
    func `what is no duration is refused`(text: String) {
        #expect(DurationArgument(argument: text) == nil)
    }

    @Test(arguments: [Duration.milliseconds(500), .seconds(5), .seconds(90)])
    func `a duration is read as it is written`(duration: Duration) {
        let text = DurationArgument(duration).description
        #expect(DurationArgument(argument: text)?.duration == duration)
    }

    @Test(arguments: [
        (["--clients", "0"], "--clients"), (["--clients", "10001"], "--clients"),
        (["--mode", "batch", "--batch", "0"], "--batch"),
        (["--mode", "batch", "--batch", "8193"], "--batch"),
        (["--batch", "4"], "--batch is for"), (["--skus", "0"], "--skus"),
        (["--mode", "batch", "--batch", "8192", "--clients", "100"], "--clients times --batch"),
        (["--locations", "1001"], "--locations"),
        (["--skus", "100000", "--locations", "10"], "--skus times --locations"),
        (["--connections", "17"], "--connections"), (["--duration", "0s"], "--duration"),
        (["--duration", "301s"], "--duration"), (["--local", "0"], "--local"),
        (["--local", "6"], "--local"), (["--local", "3", "--node", "a:1"], "not both"),
        (["--node", "a"], "HOST:PORT"), (["--node", "a:1,"], "HOST:PORT"),
        (["--node", "a:1", "--data", "x"], "--data"), (["--mode", "stream"], "stream"),
        (["--output", "xml"], "xml"), (["--rate", "0"], "--rate"), (["--rate", "x"], "--rate"),
    ])
    func `a wrong flag is named`(arguments: [String], complaint: String) throws {
        do {
            _ = try BenchCommand.parse(arguments)
            Issue.record("\(arguments) should be refused")
        } catch {
            #expect(BenchCommand.exitCode(for: error) == .validationFailure)
            #expect(BenchCommand.fullMessage(for: error).contains(complaint))
        }
    }

    @Test func `a rate is shared by the callers' turns`() throws {
        #expect(try BenchCommand.parse([]).plan().turn == .zero)
        let unary = try BenchCommand.parse(["--rate", "1000", "--clients", "50"]).plan()
        #expect(unary.turn == .milliseconds(50))
        let batch = try BenchCommand.parse([
            "--rate", "1000", "--mode", "batch", "--clients", "2", "--batch", "25",
        ]).plan()
        #expect(batch.turn == .milliseconds(50))
    }

    @Test func `each mode has a load of its own unless told otherwise`() throws {
        let unary = try BenchCommand.parse([]).plan()
        #expect(unary.mode == .unary)
        #expect(unary.clients == 64 && unary.batch == 1 && unary.connections == 1)
        let batch = try BenchCommand.parse(["--mode", "batch"]).plan()
        #expect(batch.clients == 4 && batch.batch == 64)
        let many = try BenchCommand.parse(["--clients", "1001"]).plan()
        #expect(many.connections == 2)
        let told = try BenchCommand.parse([
            "--mode", "batch", "--batch", "8", "--clients", "2", "--hot", "--duration", "2s",
        ]).plan()
        #expect(told.batch == 8 && told.clients == 2 && told.isHot)
        #expect(told.duration == .seconds(2))
    }

    @Test(arguments: [
        (["--nodes", "0"], "--nodes"), (["--nodes", "6"], "--nodes"),
        (["--duration", "1s"], "--duration"), (["--duration", "25h"], "--duration"),
        (["--duration", "soon"], "--duration"),
    ])
    func `a wrong flag of the demonstration is named`(arguments: [String], complaint: String) {
        do {
            _ = try DemoCommand.parse(arguments)
            Issue.record("\(arguments) should be refused")
        } catch {
            #expect(DemoCommand.exitCode(for: error) == .validationFailure)
            #expect(DemoCommand.fullMessage(for: error).contains(complaint))
        }
    }
}
