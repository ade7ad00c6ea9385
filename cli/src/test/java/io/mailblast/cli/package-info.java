/// The program as its users see it: real processes, started from the built jars, spoken to over HTTP and signals.
/// Most tests share one installation of a test run; those that kill something start one of their own.
@org.jspecify.annotations.NullMarked
package io.mailblast.cli;
