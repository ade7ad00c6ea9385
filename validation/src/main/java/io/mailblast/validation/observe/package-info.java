/// Looks at an installation and its machine from outside: metrics, processes, what it all runs on.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.observe;
