package io.mailblast.app;

import io.mailblast.alerting.AlertFileException;
import io.mailblast.db.DatabaseUnavailableException;
import io.mailblast.db.Migrations;
import io.mailblast.http.HttpServer;
import java.io.IOException;

/// What a person reads when a role or a command could not run: a sentence that says what is wrong and what to
/// do. A stack trace only for what nobody foresaw.
final class Failures {

    private Failures() {}

    /// Prints the message.
    ///
    /// @return the exit code
    static int explain(Exception exception) {
        switch (exception) {
            case ConfigurationException e -> {
                System.err.println(e.getMessage());
                return Main.USAGE;
            }
            case AlertFileException e -> {
                System.err.println(e.getMessage());
                return Main.USAGE;
            }
            case CannotStartException e -> System.err.println(e.getMessage());
            case DatabaseUnavailableException e -> System.err.println(e.getMessage());
            case Migrations.SchemaTooNewException e -> System.err.println(e.getMessage());
            case HttpServer.PortInUseException e -> System.err.println(e.getMessage());
            case IllegalArgumentException e -> System.err.println(e.getMessage());
            case IOException e -> System.err.println("MailBlast could not read or write: " + e.getMessage());
            default -> exception.printStackTrace(System.err);
        }
        return Main.FAILED;
    }
}
