/// Where a run may take place, and when its requests begin.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.run;
