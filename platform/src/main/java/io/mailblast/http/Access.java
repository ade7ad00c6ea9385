package io.mailblast.http;

/// Who may call a route.
public enum Access {
    /// Anybody, without a token.
    PUBLIC,
    /// Whoever is signed in to a workspace; sees only that workspace.
    MEMBER,
    /// Only operators of the installation.
    OPERATOR
}
