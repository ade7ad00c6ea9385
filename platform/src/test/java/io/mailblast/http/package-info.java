/// HTTP as it really comes: over sockets, malformed, slow, too large.
@org.jspecify.annotations.NullMarked
package io.mailblast.http;
