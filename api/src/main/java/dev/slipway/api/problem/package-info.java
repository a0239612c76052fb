/** How failures are told to clients: status, code, message, request id. */
@NullMarked
package dev.slipway.api.problem;

import org.jspecify.annotations.NullMarked;
