package io.mailblast.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.monitoring.MonitoringConfig.LogFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// The log of a whole process, in a process of its own: this one's belongs to the tests.
class ProcessLogTest {

    /// What the process runs.
    static final class Main {

        private Main() {}

        public static void main(String[] args) {
            Logging.start(LogFormat.TEXT);
            LoggerFactory.getLogger("by.slf4j").info("a=1");
            java.util.logging.Logger.getLogger("by.jul").warning("b=2");
            System.getLogger("by.system").log(System.Logger.Level.WARNING, "c=3");
            LoggerFactory.getLogger("by.slf4j").debug("d=4");
        }
    }

    @Test
    void whateverWayALineIsLoggedItComesOutAlike() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName()))
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(out).isZero();
        assertThat(out.lines().map(line -> line.replaceFirst("^\\S+Z ", "")))
                .containsExactly("INFO  by.slf4j a=1", "WARN  by.jul b=2", "WARN  by.system c=3");
    }
}
