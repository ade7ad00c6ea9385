/// How every feature speaks HTTP: routes that are declared once and so checked, answered, measured and
/// documented alike. Bad input leaves this package as an RFC 9457 problem that names each field; nothing of it
/// reaches a feature.
@org.jspecify.annotations.NullMarked
package io.mailblast.http;
