/// The people who get the mail. An accepted mail comes in; after a short while it bounces or is delivered,
/// parsed, opened, clicked, complained about or unsubscribed from, decided by its address or by a seeded draw.
/// They connect to loopback only.
@org.jspecify.annotations.NullMarked
package io.mailblast.simulator.recipient;
