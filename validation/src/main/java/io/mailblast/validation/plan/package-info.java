/// Load plans as data: what a YAML file says, read with the line of every mistake. In comes text, out comes a
/// [Plan] that cannot be wrong, or a [PlanException] that names the line and what is allowed there.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.plan;
