extension String {
  /// The text without what terminals take as commands; line breaks and tabs stay.
  var withoutControls: String {
    let isControl = { (scalar: Unicode.Scalar) in
      (scalar.value < 0x20 && scalar != "\n" && scalar != "\t") || (0x7F..<0xA0).contains(scalar.value)
    }
    guard unicodeScalars.contains(where: isControl) else { return self }
    var text = ""
    for scalar in unicodeScalars { text.unicodeScalars.append(isControl(scalar) ? "\u{FFFD}" : scalar) }
    return text
  }
}
