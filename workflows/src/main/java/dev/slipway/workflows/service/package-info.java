/** The lifecycle of a service: one entity workflow that brings the service to its desired state. */
@NullMarked
package dev.slipway.workflows.service;

import org.jspecify.annotations.NullMarked;
