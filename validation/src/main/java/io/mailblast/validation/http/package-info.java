/// Plain HTTP/1.1 as load generators need it: requests that are bytes already, connections that are kept,
/// answers of which as little is read as is asked for.
@org.jspecify.annotations.NullMarked
package io.mailblast.validation.http;
