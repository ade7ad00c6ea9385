@org.jspecify.annotations.NullMarked
package io.mailblast.validation.hostile;
