/// What the simulator accepted and what came of it. A mail comes in and is on disk when
/// [io.mailblast.simulator.record.Ledger#accept] returns; pages and exact counts go out, across restarts and
/// after a kill. Memory does not grow with the mails but for a few bits and two fingerprints each.
@org.jspecify.annotations.NullMarked
package io.mailblast.simulator.record;
