@main struct Graph { static func main() {} }
