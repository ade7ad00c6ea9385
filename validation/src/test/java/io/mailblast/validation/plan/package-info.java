/// Plans that come along, plans of people, and plans that are wrong.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.plan;
