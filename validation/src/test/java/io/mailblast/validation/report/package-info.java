/// Reports of runs that never took place.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.report;
