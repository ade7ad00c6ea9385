/// Configuration as people write it, right and wrong.
@org.jspecify.annotations.NullMarked
package io.mailblast.app;
