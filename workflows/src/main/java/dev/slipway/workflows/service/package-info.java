/** The life of a service: one entity workflow that brings what is so to what is wanted. */
@NullMarked
package dev.slipway.workflows.service;

import org.jspecify.annotations.NullMarked;
