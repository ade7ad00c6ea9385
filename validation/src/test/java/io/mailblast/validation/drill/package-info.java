/// Drills as data, and what is told of them.
@NullMarked
package io.mailblast.validation.drill;

import org.jspecify.annotations.NullMarked;
