/// Everything that happens after a mail left is an event: appended to a durable log, then ingested exactly once
/// into rows, rollups, bitmaps of uniques and suppressions, position and all in one transaction.
@org.jspecify.annotations.NullMarked
package io.mailblast.event;
