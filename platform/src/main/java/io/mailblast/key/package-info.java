/// Keys of the installation and what is made with them: identifiers in mails that carry their own proof, signed links.
/// Verifying costs no database work; old keys go on verifying after a rotation.
@org.jspecify.annotations.NullMarked
package io.mailblast.key;
