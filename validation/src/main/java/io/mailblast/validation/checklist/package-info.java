/// The success criteria, each with what proves it and the newest evidence of that.
@NullMarked
package io.mailblast.validation.checklist;

import org.jspecify.annotations.NullMarked;
