/**
 * The cluster port over processes of this machine: each instance lives under a detached shim that outlives us. Knows nothing of
 * services, jobs and admission.
 */
@NullMarked
package dev.slipway.adapters.local;

import org.jspecify.annotations.NullMarked;
