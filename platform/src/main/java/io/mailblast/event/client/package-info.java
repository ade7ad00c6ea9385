/// What a user agent is: program, system, kind of device, and whether a machine rather than a person is behind it.
@org.jspecify.annotations.NullMarked
package io.mailblast.event.client;
