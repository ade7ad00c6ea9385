/// What people type wrongly, and what they are told.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.validate;
