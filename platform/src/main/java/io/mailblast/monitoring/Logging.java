package io.mailblast.monitoring;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.mailblast.monitoring.MonitoringConfig.LogFormat;
import java.io.PrintStream;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/// Sets up this process's log: one line per fact on standard error, safe to read and bounded (see [LogLine],
/// [LogAppender], [Masks]). Lines of `java.util.logging` and of `System.Logger` come the same way.
public final class Logging {

    /// Libraries that say more than an operator wants to read a week later.
    private static final List<String> NOISY = List.of(
            "com.zaxxer.hikari",
            "io.helidon",
            "io.zonky",
            "org.apache",
            "org.eclipse.angus",
            "org.flywaydb",
            "org.jdbi",
            "org.postgresql",
            "software.amazon.awssdk");

    private Logging() {}

    /// The first thing that a process does.
    public static void start(LogFormat format) {
        start(format, System.err);
    }

    static void start(LogFormat format, PrintStream out) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        configure(context, format, out);
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    /// A context of a test's own can be configured without touching the process's.
    static void configure(LoggerContext context, LogFormat format, PrintStream out) {
        LogAppender appender = new LogAppender(out, format);
        appender.setContext(context);
        appender.start();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(appender);
        NOISY.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
    }
}
