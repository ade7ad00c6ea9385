/// A lean HTTP/1.1 client: few allocations, connections kept and bounded in number. It is what recipients and
/// SNS use to reach the system under test, so it must cost less than the server that answers it.
@org.jspecify.annotations.NullMarked
package io.mailblast.simulator.http;
