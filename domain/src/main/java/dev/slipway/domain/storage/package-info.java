/** Addresses of objects and the port to object storage. Nothing here knows what the objects mean. */
@NullMarked
package dev.slipway.domain.storage;

import org.jspecify.annotations.NullMarked;
