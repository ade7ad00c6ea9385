/// Whom to mail: contacts, lists, suppressions, and their import from files.
/// An address is normalised and judged here, once, before it is stored.
@org.jspecify.annotations.NullMarked
package io.mailblast.audience;
