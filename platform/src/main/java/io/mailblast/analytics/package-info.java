/// Questions about what happened, answered from rollups, behind a cache whose hit rate is a metric.
@org.jspecify.annotations.NullMarked
package io.mailblast.analytics;
