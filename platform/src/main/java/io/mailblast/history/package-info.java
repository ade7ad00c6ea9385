/// Keeps what each process measures in PostgreSQL: every 10 seconds for 2 days, by minutes for 35, by hours for 400.
/// In come readings by name; out go series for charts, reports and rules. Nobody waits for it, and what cannot be
/// written while the database is away is missing.
@org.jspecify.annotations.NullMarked
package io.mailblast.history;
