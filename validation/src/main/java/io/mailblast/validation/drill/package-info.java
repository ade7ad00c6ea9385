/// Failure drills: what the strategy's chapter 6 makes happen, and whether MailBlast does what is expected of it.
@NullMarked
package io.mailblast.validation.drill;

import org.jspecify.annotations.NullMarked;
