/// Which installation this is, and whether it may send. A home remembers its database and how far that had come; a
/// database that was restored, copied, or belongs to another home holds all sending until a person releases it.
@org.jspecify.annotations.NullMarked
package io.mailblast.installation;
