internal import Glibc

/// Standard input, output and error, which a caller may have closed.
enum StandardDescriptors {
  /// Puts something in the place of those that are closed, so that no file or connection gets their number and what is
  /// meant for people is not written into it.
  ///
  /// Writing to an output that was closed still fails; what is meant for a closed standard error is dropped.
  static func open() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) == -1 {
      // The lowest number that is free is the one that is looked at, as all below it are taken.
      _ = Glibc.open("/dev/null", descriptor == STDERR_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}
