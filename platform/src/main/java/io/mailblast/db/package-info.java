/// PostgreSQL: the pool, the migrations, and the embedded server of an installation that brings none of its own.
/// What comes in is configuration; what goes out is a [Database] whose schema is current.
@org.jspecify.annotations.NullMarked
package io.mailblast.db;
