package dev.slipway.domain.instance;

/** A set of equal instances as it should be. A set's template never changes: another template is another set. */
public record InstanceSet(InstanceSetId id, InstanceTemplate template) {}
