package io.mailblast.cli;

import picocli.CommandLine.Command;

/// Listed here; run by the launcher, because tests build what this program runs from.
@Command(name = "test", description = "All tests, or those named; ends with `N passed, N failed`")
final class TestCommand {}
