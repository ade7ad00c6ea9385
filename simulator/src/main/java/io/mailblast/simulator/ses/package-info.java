/// Amazon SES v2 as the AWS SDK speaks it (REST-JSON): requests come in, documented answers and documented
/// errors go out. Whatever is malformed gets an answer of the 400 family, never a 500.
@org.jspecify.annotations.NullMarked
package io.mailblast.simulator.ses;
