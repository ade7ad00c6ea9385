/// Tests of the measuring itself: what it sends, counts, waits for and prints, against servers of a few lines.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.capacity;
