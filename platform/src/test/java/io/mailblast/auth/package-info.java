/// Signing in and staying so, against a real server and database.
@org.jspecify.annotations.NullMarked
package io.mailblast.auth;
