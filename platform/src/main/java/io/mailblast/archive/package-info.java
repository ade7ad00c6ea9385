/// Old detail on its way out of the database, into files of its own.
@NullMarked
package io.mailblast.archive;

import org.jspecify.annotations.NullMarked;
