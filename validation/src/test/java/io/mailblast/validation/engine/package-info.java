/// The engine against servers of a few lines: does it begin when it is meant to, and see what a
/// server does to it?
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.engine;
