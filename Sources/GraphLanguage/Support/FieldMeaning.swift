/// What a text in a file stands for, as editors have to know it; whoever reads the text checks it.
public enum FieldMeaning: Sendable, Hashable {
  /// The name of a node, which begins to exist here.
  case newNode
  /// A node.
  case node
  /// START or a node.
  case source
  /// A node or END.
  case target
  /// A key of the state that is declared here.
  case newStateKey
  /// A key of the state that is read.
  case readStateKey
  /// A key of the state that is written.
  case writtenStateKey
  /// The key under which a node inside another one sees its item.
  case item
  /// A prompt file, by its name.
  case prompt
  /// The text of a prompt, with placeholders or as a template.
  case promptText
  /// A variable of the node's prompt.
  case variable
  /// The name of a tool, which begins to exist here.
  case newTool
  /// A tool.
  case tool
  /// An argument of a tool.
  case argument
  /// A graph file, relative to this one.
  case graph
  /// A key of the state of the graph that is named beside it.
  case childKey
  /// Another file, relative to this one.
  case file
  /// A function in the Python file that is named beside it.
  case pythonFunction
  /// An answer of a router.
  case route
  /// A field of the answer that the node's prompt asks for.
  case answerField
  /// An expression.
  case expression
  /// The expression of a check, in which `output` is the node's result.
  case check
  /// A value with expressions in braces.
  case template
  /// A value with expressions in braces, or one expression without them.
  case iteration
  /// A provider of models.
  case provider
  /// A model.
  case model
  /// A type of node.
  case nodeType
  /// A type of tool.
  case toolType
  /// The type of a value, such as `list[str]`.
  case valueType
}

extension KeySpec {
  /// The same key, with what the texts in its value stand for.
  ///
  /// It holds for a text, for the items of a list and for the values of a mapping of names, but not for what stands
  /// under keys of their own.
  /// - Parameter standard: The name that counts where the key is missing.
  public func meaning(_ meaning: FieldMeaning, otherwise standard: String? = nil) -> KeySpec {
    var spec = self
    spec.meaning = meaning
    spec.standardName = standard
    return spec
  }

  /// The same key, with what the names in its value stand for, which is a mapping of names that the author chooses.
  public func naming(_ meaning: FieldMeaning) -> KeySpec {
    var spec = self
    spec.naming = meaning
    return spec
  }
}
