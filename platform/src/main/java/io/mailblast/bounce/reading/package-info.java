/// Reads bounce mails: bytes of whatever a server sent go in, what it says of which recipient comes out. Delivery
/// status reports (RFC 3464), feedback reports (RFC 5965) and the free texts of real servers are understood; a mail
/// that is not is `unknown`, never an error and never a hard bounce.
@org.jspecify.annotations.NullMarked
package io.mailblast.bounce.reading;
