package io.mailblast.monitoring;

/// `GET /metrics` with `Accept: application/json`: the sixteen fields of the strategy's chapter 4.2, under its names.
///
/// @param workerThroughput mails per minute, of all live workers
/// @param queueBacklog mails that are overdue
/// @param averageResponseTimeMs of the last five minutes, as are the percentiles
/// @param cacheHitRate 0 to 1, of the node that answers
/// @param dbConnectionPoolUsage 0 to 1, of the node that answers
/// @param workerCpuPercent of the cores that the busiest live worker may use
/// @param workerMemoryMb of the largest live worker
record MetricsView(
        long totalRequests,
        long totalErrors,
        long opensTracked,
        long clicksTracked,
        long emailsSent,
        long emailsDelivered,
        long emailsBounced,
        double workerThroughput,
        long queueBacklog,
        double averageResponseTimeMs,

        double p95ResponseTimeMs,

        double p99ResponseTimeMs,

        double cacheHitRate,
        double dbConnectionPoolUsage,
        double workerCpuPercent,
        double workerMemoryMb) {}
