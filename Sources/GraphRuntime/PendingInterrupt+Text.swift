extension PendingInterrupt {
  /// The question as people read it.
  package var text: String {
    payload.string ?? payload["message"]?.string ?? payload["question"]?.string ?? payload.json()
  }
}
