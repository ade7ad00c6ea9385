/// What Amazon SNS does with the events of SES: wraps each in a notification, signs it with a key of its own, and
/// delivers it to every subscribed URL at least once, however long that takes to come up.
@org.jspecify.annotations.NullMarked
package io.mailblast.simulator.sns;
