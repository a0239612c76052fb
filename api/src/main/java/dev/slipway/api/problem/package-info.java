/** The form of failures for clients: status, code, message, request id. */
@NullMarked
package dev.slipway.api.problem;

import org.jspecify.annotations.NullMarked;
