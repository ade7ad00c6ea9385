/// What tests stand on: a real PostgreSQL shared by the run with a database of its own for each class, a real server.
@org.jspecify.annotations.NullMarked
package io.mailblast.testing;
