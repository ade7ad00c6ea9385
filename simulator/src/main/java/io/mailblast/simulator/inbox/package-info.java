/// The pages on which a person looks at what was delivered: a list to search, and each mail with its HTML,
/// text, source and what its recipient did. Everything that came with a mail is escaped or sandboxed.
@org.jspecify.annotations.NullMarked
package io.mailblast.simulator.inbox;
