import CommandKit

/// A tree with one of everything, small enough to read in a snapshot.
enum SampleTree {
  static let kitchen = CommandSpec(
    name: "kitchen", abstract: "Cook what a recipe says.",
    discussion: """
      Recipes are plain files. A recipe that is wrong is told so before anything is put on the stove, and \
      what was cooked is kept.

      To begin:
          kitchen cook soup.recipe --with salt=2
      """,
    version: "1.4.0",
    options: [
      .inversion("color", help: "Colour the output.", defaultText: "when on a terminal"),
      .flag("verbose", short: "v", help: "Say more."),
    ],
    subcommands: [cook, shelf, CommandSpec(name: "debug", abstract: "Look inside.", visibility: .hidden)],
    topics: [HelpTopic(name: "units", abstract: "What amounts are given in.", text: "  g   grams\n  ml  millilitres")])

  static let cook = CommandSpec(
    name: "cook", aliases: ["make"], abstract: "Cook a recipe.",
    options: [
      .flag("quick", short: "q", help: "Leave out what takes long."),
      .repeating(
        "with", short: "w", placeholder: "name=value", help: "Replace an ingredient.",
        discussion: "Given several times, the ingredients come together; the last one of a name counts."),
      .single(
        "heat", placeholder: "level", help: "How hot the stove is.", allowedValues: ["low", "medium", "high"],
        defaultValue: "medium"),
      .single(
        "output", short: "o", placeholder: "file", help: "Where to write.",
        completion: .files(extensions: ["txt", "md"])),
      .single(
        "pantry", aliases: ["larder"], placeholder: "folder", help: "Where to look.", completion: .directories,
        group: "Place options"),
      .single("portions", short: "n", placeholder: "number", help: "How many eat."),
      .flag("burn", help: "Burn it.", visibility: .hidden),
    ],
    arguments: [
      ArgumentSpec("recipe", help: "The recipe.", completion: .files(extensions: ["recipe"])),
      ArgumentSpec("guest", .repeating(minimum: 0), help: "Who eats.", completion: .values(["Ada", "Brian"])),
    ])

  static let shelf = CommandSpec(
    name: "shelf", abstract: "Look after the shelf.",
    subcommands: [
      CommandSpec(
        name: "list", abstract: "List what is there.",
        arguments: [
          ArgumentSpec(
            "kind", .optional, help: "What to list.", allowedValues: ["fresh", "frozen"], defaultValue: "fresh")
        ]),
      CommandSpec(
        name: "clear", abstract: "Throw away.",
        options: [
          .single("before", placeholder: "day", help: "Only what is older.", isRequired: true),
          .flag("dry-run", help: "Only say what would be thrown away."),
        ],
        arguments: [ArgumentSpec("item", .repeating(minimum: 1), help: "What to throw away.")]),
    ])
}
