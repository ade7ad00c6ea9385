/// The other side of every test: Amazon SES v2, SNS and SMTP, and the people who get the mail, in one process. Mail
/// comes in over the SES API or SMTP; notifications, opens, clicks and unsubscribes go out. What was accepted is on
/// disk before it is answered, so its record can judge anybody who claims to have sent.
@org.jspecify.annotations.NullMarked
package io.mailblast.simulator;
