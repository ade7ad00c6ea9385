/// Tests of the running simulator, through its doors.
@org.jspecify.annotations.NullMarked
package io.mailblast.simulator;
