package dev.slipway.domain.service;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotFound;
import java.util.UUID;

/** A service, real-time or batch. A UUID with dashes; any other text names no service. */
public record ServiceId(String value) {

    public ServiceId {
        if (!value.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
            throw new NotFound(ErrorCode.SERVICE_UNKNOWN, "service '%s' does not exist".formatted(value));
        }
    }

    public static ServiceId random() {
        return new ServiceId(UUID.randomUUID().toString());
    }

    @Override
    public String toString() {
        return value;
    }
}
