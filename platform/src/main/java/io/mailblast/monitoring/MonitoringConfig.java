package io.mailblast.monitoring;

import java.nio.file.Files;
import java.nio.file.Path;

/// Keys `monitoring.*` of the configuration.
///
/// @param metricsToken the bearer token that reads `/metrics` from elsewhere than loopback; empty for loopback only
/// @param workerPort where a worker serves its own metrics and health; 0 for any free port
/// @param logFormat `text` for people (`key=value`), `json` for collectors
/// @param cgroup a folder with `memory.max`, `cpu.max` and the like, where the limits that count are not those of the
///     process's own cgroup, such as those of a whole pod; empty for its own
public record MonitoringConfig(String metricsToken, int workerPort, LogFormat logFormat, String cgroup) {

    /// How a log line is written.
    public enum LogFormat {
        TEXT,
        JSON
    }

    public static final MonitoringConfig DEFAULTS = new MonitoringConfig("", 0, LogFormat.TEXT, "");

    public MonitoringConfig {
        if (!metricsToken.isEmpty() && metricsToken.length() < 16) {
            throw new IllegalArgumentException("monitoring.metrics_token: (hidden), allowed: 16 characters or more");
        }
        if (workerPort < 0 || workerPort > 65_535) {
            throw new IllegalArgumentException("monitoring.worker_port: " + workerPort + ", allowed: 0 to 65535");
        }
        if (!cgroup.isEmpty() && !Files.isDirectory(Path.of(cgroup))) {
            throw new IllegalArgumentException("monitoring.cgroup: " + cgroup + ", allowed: a folder that there is");
        }
    }

    /// Without the token, so that a configuration can be logged.
    @Override
    public String toString() {
        return "MonitoringConfig[workerPort=" + workerPort + ", logFormat=" + logFormat + ", cgroup=" + cgroup + "]";
    }
}
