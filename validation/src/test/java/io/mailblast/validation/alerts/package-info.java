/// Tests of the adversary of alerts: how it reads what was told, and how it counts.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.alerts;
