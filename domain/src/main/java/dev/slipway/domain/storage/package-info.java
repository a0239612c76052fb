/** Addresses of objects and the port to object storage, without the meaning of the objects. */
@NullMarked
package dev.slipway.domain.storage;

import org.jspecify.annotations.NullMarked;
