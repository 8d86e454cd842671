internal import CChildProcess
internal import Glibc

/// The pipes of one child, before it is started.
struct ProcessPipes {
  /// The child's ends, by descriptor.
  private(set) var childEnds: [Int32] = []

  /// The parent's ends of what the child writes, by channel; -1 where there is none.
  private(set) var outputs: [Int32] = []

  /// The parent's end of the standard input; -1 when it is empty.
  private(set) var input: Int32 = -1

  /// The parent's end of descriptor 3; -1 where there is none.
  private(set) var requests: Int32 = -1

  init(hasChannel: Bool, hasInput: Bool) throws(ProcessError) {
    do throws(ProcessError) {
      if hasInput {
        input = try addPipe(childWrites: false)
      } else {
        let null = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard null >= 0 else { throw .cannotStart(SystemError.phrase(errno)) }
        childEnds.append(null)
        try lift()
      }
      outputs.append(try addPipe(childWrites: true))
      outputs.append(try addPipe(childWrites: true))
      if hasChannel {
        requests = try addPipe(childWrites: false)
        outputs.append(try addPipe(childWrites: true))
      } else {
        outputs.append(-1)
      }
    } catch {
      closeAll()
      throw error
    }
  }

  /// Adds the child's end of a new pipe and returns the parent's, which never waits.
  private mutating func addPipe(childWrites: Bool) throws(ProcessError) -> Int32 {
    var ends: [Int32] = [-1, -1]
    guard unsafe tributary_pipe(&ends) == 0 else { throw .cannotStart(SystemError.phrase(errno)) }
    let own = ends[childWrites ? 0 : 1]
    _ = fcntl(own, F_SETFL, O_NONBLOCK)
    childEnds.append(ends[childWrites ? 1 : 0])
    return own
  }

  /// Moves the end that was added last above the descriptors that children have.
  private mutating func lift() throws(ProcessError) {
    guard let end = childEnds.popLast() else { return }
    let lifted = fcntl(end, F_DUPFD_CLOEXEC, 16)
    close(end)
    guard lifted >= 0 else { throw .cannotStart(SystemError.phrase(errno)) }
    childEnds.append(lifted)
  }

  /// Closes what the child has now.
  func closeChildEnds() { for end in childEnds { close(end) } }

  /// Closes everything.
  func closeAll() {
    closeChildEnds()
    for end in outputs + [input, requests] where end >= 0 { close(end) }
  }
}

/// Errors of the system in words.
enum SystemError {
  static func phrase(_ code: Int32) -> String {
    switch code {
    case ENOENT: "no such file"
    case EACCES: "no permission to run it"
    case E2BIG: "its arguments and variables are larger than the system takes"
    case ENOEXEC: "it is no program that this system runs"
    case EMFILE, ENFILE: "too many files are open"
    default: unsafe String(cString: strerror(code)).lowercased()
    }
  }
}

/// Lists of C strings that live as long as a call.
enum CStrings {
  static func withPointers<Result>(
    _ texts: [String], _ body: (UnsafeBufferPointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    // One block for all texts, so that nothing is to be freed one by one.
    var bytes: [CChar] = []
    var starts: [Int] = []
    for text in texts {
      starts.append(bytes.count)
      bytes.append(contentsOf: text.utf8.map { CChar(bitPattern: $0) })
      bytes.append(0)
    }
    return unsafe bytes.withUnsafeMutableBufferPointer { block in
      var pointers: [UnsafeMutablePointer<CChar>?] = unsafe starts.map { unsafe block.baseAddress?.advanced(by: $0) }
      unsafe pointers.append(nil)
      return unsafe pointers.withUnsafeBufferPointer { unsafe body($0) }
    }
  }
}
