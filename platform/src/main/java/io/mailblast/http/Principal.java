package io.mailblast.http;

/// Who makes a request, once it is known.
///
/// @param accountId positive
/// @param workspaceId the one workspace that the request may see
/// @param operator whether the account runs the installation
public record Principal(long accountId, long workspaceId, boolean operator) {}
