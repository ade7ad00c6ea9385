/// The SMTP front door: mail that comes in here is accepted, recorded and reacted to as if it had come over the API.
@org.jspecify.annotations.NullMarked
package io.mailblast.simulator.smtp;
