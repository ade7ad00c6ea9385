/// The command line: parses, starts the program's parts as processes of their own, supervises them, prints what
/// they say. The demo is here. Nothing of the platform or the simulator is on its class path: it sees them as a
/// user does.
@org.jspecify.annotations.NullMarked
package io.mailblast.cli;
