/** Files of steps on their way from and to object storage. */
@NullMarked
package dev.slipway.activities.storage;

import org.jspecify.annotations.NullMarked;
