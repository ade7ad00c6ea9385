/// Means to hurt an installation, or to give it less than it would like: networks that can be cut, limits of
/// processors. Each ends with its `close`, and leaves nothing behind.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.fault;
