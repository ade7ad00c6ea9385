/// Requests that no well-meaning program sends, by the million: the proof that bad input is answered as what it is.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.hostile;
