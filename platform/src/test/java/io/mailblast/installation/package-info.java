@org.jspecify.annotations.NullMarked
package io.mailblast.installation;
