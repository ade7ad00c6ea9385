/// Reading and writing mail as bytes (RFC 5322, RFC 2045): a scan of the headers for the request path, a full
/// parse for recipients and the inbox, and the composition of a mail from its parts. Nothing here does I/O.
@org.jspecify.annotations.NullMarked
package io.mailblast.simulator.mail;
