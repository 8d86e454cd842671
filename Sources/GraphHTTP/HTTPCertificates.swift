internal import CCurl
internal import Glibc

/// Where the certificates are that servers are checked against.
///
/// Debian's libcurl sets a file and a folder, which turns off its cache and
/// costs 40 ms for each connection. The folder alone is fastest, because only
/// the certificates that are needed are read from it.
struct HTTPCertificates {
  private let file: String?
  private let folder: String?

  /// Looks at `SSL_CERT_FILE` and `SSL_CERT_DIR`, then for the system's folder; else libcurl's own choice holds.
  init() {
    let namedFile = Self.variable("SSL_CERT_FILE")
    let namedFolder = Self.variable("SSL_CERT_DIR")
    file = namedFile
    folder = namedFile != nil ? namedFolder : namedFolder ?? Self.systemFolder
  }

  func apply(to easy: UnsafeMutableRawPointer) {
    guard file != nil || folder != nil else { return }
    unsafe Self.set(easy, CURLOPT_CAINFO, file)
    unsafe Self.set(easy, CURLOPT_CAPATH, folder)
  }

  private static var systemFolder: String? {
    // A folder without hashed links would leave every server unknown; what writes this file makes the links too.
    let folder = "/etc/ssl/certs"
    return unsafe access(folder + "/ca-certificates.crt", R_OK) == 0 ? folder : nil
  }

  private static func variable(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
  }

  private static func set(_ easy: UnsafeMutableRawPointer, _ option: CURLoption, _ path: String?) {
    if let path {
      unsafe path.withCString { unsafe _ = tributary_curl_set_pointer(easy, option, $0) }
    } else {
      unsafe tributary_curl_set_pointer(easy, option, nil)
    }
  }
}
