/// What all who have threads of their own do with them. It knows nothing else.
@org.jspecify.annotations.NullMarked
package io.mailblast.thread;
