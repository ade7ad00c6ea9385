/// `./mailblast validate`: what people type, see while it runs, and get.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.validate;
