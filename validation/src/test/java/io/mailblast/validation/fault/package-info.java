/// Tests of what hurts installations: that it hurts as it says, and leaves nothing behind.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.fault;
