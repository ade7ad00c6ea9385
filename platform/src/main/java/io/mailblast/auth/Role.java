package io.mailblast.auth;

import java.util.Locale;

/// What an account may do.
public enum Role {
    /// Works in one workspace.
    MEMBER,
    /// Also runs the installation: alerts, nodes, settings, users of all workspaces.
    OPERATOR;

    /// As the database and the API spell it.
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// @throws IllegalArgumentException for what is no role's spelling
    static Role of(String spelling) {
        return valueOf(spelling.toUpperCase(Locale.ROOT));
    }
}
