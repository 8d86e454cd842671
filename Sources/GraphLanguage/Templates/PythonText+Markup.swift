extension PythonText {
  /// Text in which nothing is HTML, as `escape` gives it.
  static func escaped(_ text: String) -> String {
    var output = ""
    output.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": output += "&amp;"
      case "<": output += "&lt;"
      case ">": output += "&gt;"
      case "'": output += "&#39;"
      case "\"": output += "&#34;"
      default: output.unicodeScalars.append(scalar)
      }
    }
    return output
  }

  /// Text without tags and comments, white space joined and entities read.
  static func withoutTags(_ text: String) -> String {
    let plain = removing(from: "<", to: ">", in: removing(from: "<!--", to: "-->", in: text))
    return unescaped(splitAtSpace(plain).joined(separator: " "))
  }

  private static func removing(from open: String, to close: String, in text: String) -> String {
    var output = ""
    var start = text.startIndex
    while let begin = firstRange(of: open, in: text, from: start),
      let end = firstRange(of: close, in: text, from: begin.upperBound)
    {
      output += text[start..<begin.lowerBound]
      start = end.upperBound
    }
    return output + text[start...]
  }

  /// Text with its character references read: numbers, and the names in common use.
  private static func unescaped(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
    let scalars = Array(text.unicodeScalars)
    var output = String.UnicodeScalarView()
    var index = 0
    while index < scalars.count {
      if scalars[index] == "&", let (scalar, end) = reference(scalars, index + 1) {
        output.append(scalar)
        index = end
      } else {
        output.append(scalars[index])
        index += 1
      }
    }
    return String(output)
  }

  private static func reference(_ text: [Unicode.Scalar], _ start: Int) -> (Unicode.Scalar, Int)? {
    var end = start
    while end < text.count, end - start < 12, text[end] == "#" || isASCIIWord(text[end]) { end += 1 }
    let name = string(text[start..<end])
    let hasEnd = end < text.count && text[end] == ";"
    if name.hasPrefix("#") {
      let isHex = name.hasPrefix("#x") || name.hasPrefix("#X")
      guard let value = UInt32(name.dropFirst(isHex ? 2 : 1), radix: isHex ? 16 : 10) else { return nil }
      let scalar = value == 0 ? "\u{FFFD}" : Unicode.Scalar(value) ?? "\u{FFFD}"
      return (scalar, hasEnd ? end + 1 : end)
    }
    guard hasEnd, let scalar = entities[name] else { return nil }
    return (scalar, end + 1)
  }

  private static func isASCIIWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && isASCIIAlphanumeric(UInt8(scalar.value))
  }

  private static let entities: [String: Unicode.Scalar] = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}", "iexcl": "¡", "cent": "¢",
    "pound": "£", "curren": "¤", "yen": "¥", "brvbar": "¦", "sect": "§", "uml": "¨", "copy": "©", "ordf": "ª",
    "laquo": "«", "not": "¬", "shy": "\u{AD}", "reg": "®", "macr": "¯", "deg": "°", "plusmn": "±", "sup2": "²",
    "sup3": "³", "acute": "´", "micro": "µ", "para": "¶", "middot": "·", "cedil": "¸", "sup1": "¹", "ordm": "º",
    "raquo": "»", "frac14": "¼", "frac12": "½", "frac34": "¾", "iquest": "¿", "times": "×", "divide": "÷",
    "Auml": "Ä", "Ouml": "Ö", "Uuml": "Ü", "auml": "ä", "ouml": "ö", "uuml": "ü", "szlig": "ß", "aring": "å",
    "Aring": "Å", "aelig": "æ", "AElig": "Æ", "ccedil": "ç", "Ccedil": "Ç", "agrave": "à", "aacute": "á",
    "acirc": "â", "atilde": "ã", "egrave": "è", "eacute": "é", "ecirc": "ê", "euml": "ë", "Eacute": "É",
    "igrave": "ì", "iacute": "í", "icirc": "î", "iuml": "ï", "ntilde": "ñ", "Ntilde": "Ñ", "ograve": "ò",
    "oacute": "ó", "ocirc": "ô", "otilde": "õ", "oslash": "ø", "Oslash": "Ø", "ugrave": "ù", "uacute": "ú",
    "ucirc": "û", "yacute": "ý", "yuml": "ÿ", "ndash": "–", "mdash": "—", "lsquo": "‘", "rsquo": "’",
    "sbquo": "‚", "ldquo": "“", "rdquo": "”", "bdquo": "„", "bull": "•", "hellip": "…", "prime": "′",
    "Prime": "″", "euro": "€", "trade": "™", "larr": "←", "uarr": "↑", "rarr": "→", "darr": "↓", "harr": "↔",
    "minus": "−", "infin": "∞", "ne": "≠", "le": "≤", "ge": "≥", "asymp": "≈", "sum": "∑", "radic": "√",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "lambda": "λ", "mu": "μ", "pi": "π",
    "sigma": "σ", "omega": "ω", "Omega": "Ω", "Delta": "Δ", "ensp": "\u{2002}", "emsp": "\u{2003}",
    "thinsp": "\u{2009}", "zwnj": "\u{200C}", "zwj": "\u{200D}",
  ]

  /// Percent-encoded UTF-8 in which letters, digits, `_.-~` and some more stay; in a query a space is `+`.
  static func urlQuoted(_ text: String, keeps: String, isQuery: Bool = false) -> String {
    var output: [UInt8] = []
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in text.utf8 {
      if isASCIIAlphanumeric(byte) || "_.-~".utf8.contains(byte) || keeps.utf8.contains(byte) {
        output.append(byte)
      } else if isQuery && byte == UInt8(ascii: " ") {
        output.append(UInt8(ascii: "+"))
      } else {
        output += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: output, as: UTF8.self)
  }
}
