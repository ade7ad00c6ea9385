/// Tests of the adversaries themselves: what they plan, how they judge, and how they hurt.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.prove;
