/// The queue and its worker: recipients numbered into a snapshot, ranges of it leased, facts appended.
/// Promises that no message is handed to a provider twice by itself; README.md beside this file says how.
@org.jspecify.annotations.NullMarked
package io.mailblast.sending;
