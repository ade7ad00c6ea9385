/// Wiring: configuration, roles, and the command line of the platform. The only package that sees all others; reading
/// [ApiRole] and [WorkerRole] top to bottom is reading the architecture.
@org.jspecify.annotations.NullMarked
package io.mailblast.app;
