/// The proof: measures and judges a MailBlast from outside. It sees the platform only over HTTP, its command line and
/// its metrics, as a user's own tools would, so that it can be pointed at any installation.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation;
