/// Opens, clicks and unsubscribes as recipients cause them: answered after their event is in the log.
@org.jspecify.annotations.NullMarked
package io.mailblast.tracking;
