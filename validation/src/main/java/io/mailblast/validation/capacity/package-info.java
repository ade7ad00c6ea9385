/// What a load needs: a day of it, reckoned with what one mail and one event cost.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.capacity;
