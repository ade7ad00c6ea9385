package io.mailblast.cli;

import picocli.CommandLine.Command;

/// Commands of other parts of the program. The launcher starts those parts directly; here they are only listed.
final class ElsewhereCommands {

    private ElsewhereCommands() {}

    @Command(name = "api", description = "The API, tracking and ingest alone: one role of several machines")
    static final class Api {}

    @Command(name = "worker", description = "A sending worker alone: one role of several machines")
    static final class Worker {}

    @Command(
            name = "tracking",
            description = "Opens, clicks, unsubscribes, the provider's events alone: one role of several machines")
    static final class Tracking {}

    @Command(name = "ingest", description = "Rows of the events in Kafka alone: one role of several machines")
    static final class Ingest {}

    @Command(name = "user", description = "Make accounts: user add EMAIL [--workspace W] [--operator]")
    static final class User {}

    @Command(
            name = "in-doubt",
            description = "Messages whose outcome is unknown: in-doubt list, in-doubt settle --as sent|unsent")
    static final class InDoubt {}

    @Command(
            name = "release",
            description = "Let an installation go on that held its sending back: restored, copied, or held by a person")
    static final class Release {}

    @Command(
            name = "counts",
            description = "Whether rows and figures of events agree: counts check; making them again: counts rebuild")
    static final class Counts {}

    @Command(name = "bounce", description = "How bounce mails are read: bounce explain FILE... [--json FILE]")
    static final class Bounce {}

    @Command(
            name = "alerts",
            description = "The alert definitions: alerts list, alerts check [--send], alerts export [--to FOLDER]")
    static final class Alerts {}

    @Command(
            name = "report",
            description = "Targets, trends, capacity and incidents: report daily, report weekly, report monthly")
    static final class Report {}

    @Command(name = "nodes", description = "The nodes of this installation: role, version, last beat, what they hold")
    static final class NodeList {}

    @Command(
            name = "keys",
            description = "What this installation signs with: keys list; a new key: keys rotate PURPOSE")
    static final class KeyList {}

    @Command(name = "simulate", description = "The mail simulator alone: SES v2, SNS, SMTP, an inbox to look at")
    static final class Simulate {}
}
