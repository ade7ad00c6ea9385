/// Tests against servers of a few lines.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.http;
