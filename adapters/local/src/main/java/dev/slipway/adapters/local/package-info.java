/**
 * The cluster port over processes of this machine: each instance runs under a detached shim that outlives this process. Knows nothing of
 * services, jobs and admission.
 */
@NullMarked
package dev.slipway.adapters.local;

import org.jspecify.annotations.NullMarked;
