package dev.slipway.domain.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a token about its owner.
 *
 * @param projectId null in a token scoped to a domain
 */
public record TokenClaims(
        String userId,
        String userName,
        String domainId,
        String domainName,
        @Nullable ProjectId projectId,
        @Nullable String projectName,
        Instant issuedAt,
        Instant expiresAt) {}
