/// The event log on Apache Kafka, for more than one machine.
@org.jspecify.annotations.NullMarked
package io.mailblast.event.kafka;
