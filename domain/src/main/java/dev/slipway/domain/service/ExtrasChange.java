package dev.slipway.domain.service;

import dev.slipway.domain.problem.Invalid;

/** A change of {@link Service#extras}, which are text to the domain. */
@FunctionalInterface
public interface ExtrasChange {

    /**
     * The new value.
     *
     * @throws Invalid if it names what services of this type do not have
     */
    String apply(InferType type, String before);

    static ExtrasChange none() {
        return (type, before) -> before;
    }
}
