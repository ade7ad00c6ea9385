package io.mailblast.monitoring;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.mailblast.monitoring.MonitoringConfig.LogFormat;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/// Writes log lines to a stream through a [FloodGate], and each second what the gate held back.
final class LogAppender extends AppenderBase<ILoggingEvent> {

    static final int PER_SECOND = 20;

    private final PrintStream out;
    private final LogLine line;
    private final FloodGate gate = new FloodGate(PER_SECOND);
    private final Thread summaries = Thread.ofVirtual().name("log-summaries").unstarted(this::summarise);

    LogAppender(PrintStream out, LogFormat format) {
        this.out = out;
        this.line = new LogLine(format);
        setName("mailblast");
    }

    @Override
    public void start() {
        super.start();
        summaries.start();
    }

    @Override
    public void stop() {
        super.stop();
        summaries.interrupt();
        writeHeld(System.nanoTime() + Duration.ofSeconds(2).toNanos());
    }

    /// [AppenderBase] holds a lock meanwhile, which is this object's.
    @Override
    protected void append(ILoggingEvent event) {
        String format = String.valueOf(event.getMessage());
        FloodGate.Kind kind =
                new FloodGate.Kind(event.getLoggerName(), format.length() > 200 ? format.substring(0, 200) : format);
        boolean written;
        synchronized (gate) {
            written = gate.lets(kind, System.nanoTime());
        }
        if (written) {
            write(line.of(event));
        }
    }

    private void summarise() {
        try {
            while (true) {
                Thread.sleep(Duration.ofSeconds(1));
                writeHeld(System.nanoTime());
            }
        } catch (InterruptedException e) {
            // The appender was stopped: that is all an interrupt can mean here.
            Thread.currentThread().interrupt();
        }
    }

    private void writeHeld(long nowNs) {
        synchronized (gate) {
            for (FloodGate.Held held : gate.over(nowNs)) {
                write(line.of(
                        Instant.now(),
                        "WARN",
                        held.kind().logger(),
                        "log=flooded suppressed=" + held.count() + " like=\""
                                + Masks.masked(held.kind().format()) + "\""));
            }
        }
    }

    private void write(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(bytes, 0, bytes.length);
        out.flush();
    }
}
