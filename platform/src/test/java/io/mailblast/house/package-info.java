/// The shape of the house, checked.
@org.jspecify.annotations.NullMarked
package io.mailblast.house;
