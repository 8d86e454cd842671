import HTTPServing

/// Starts a server, and stops it behind a test.
func withServer<Result>(
  limits: HTTPLimits = HTTPLimits(), _ handler: @escaping HTTPServer.Handler,
  _ body: (HTTPServer) async throws -> Result
) async throws -> Result {
  let server = try HTTPServer(port: 0, limits: limits, handler: handler)
  do {
    let result = try await body(server)
    await server.stop(grace: .seconds(5))
    return result
  } catch {
    await server.stop(grace: .zero)
    throw error
  }
}
