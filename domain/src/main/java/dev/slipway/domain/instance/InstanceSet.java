package dev.slipway.domain.instance;

/** A set of equal instances. The template of a set never changes: another template needs another set. */
public record InstanceSet(InstanceSetId id, InstanceTemplate template) {}
