package dev.slipway.formats.service;

import dev.slipway.domain.service.ServiceCreation;
import dev.slipway.formats.field.TextRule;

/** The rules for texts of services. */
final class ServiceRules {

    static final TextRule NAME = TextRule.of(ServiceCreation.NAME_PATTERN, ServiceCreation.NAME_RULE);
    static final TextRule DESCRIPTION =
            TextRule.of(ServiceCreation.DESCRIPTION_PATTERN, ServiceCreation.DESCRIPTION_RULE);

    private ServiceRules() {}
}
