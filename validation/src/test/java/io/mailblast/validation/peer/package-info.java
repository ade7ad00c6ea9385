/// What tools are told, and what they tell.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.peer;
