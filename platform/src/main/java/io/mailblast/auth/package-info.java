/// Who is asking: accounts, workspaces, passwords, access and refresh tokens, API keys.
/// Every authenticated request leaves here with a [io.mailblast.http.Principal].
@org.jspecify.annotations.NullMarked
package io.mailblast.auth;
