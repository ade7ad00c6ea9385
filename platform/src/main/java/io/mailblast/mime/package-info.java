/// What a message is while it is on its way from the template to the wire: its bytes.
@org.jspecify.annotations.NullMarked
package io.mailblast.mime;
