/** The operations of the API: the list that they are checked against, and their description as OpenAPI. */
@NullMarked
package dev.slipway.api.operation;

import org.jspecify.annotations.NullMarked;
