/// Keys and what is signed with them, against whoever would forge it.
@org.jspecify.annotations.NullMarked
package io.mailblast.key;
