/** Local files of steps that download from or upload to object storage. */
@NullMarked
package dev.slipway.activities.storage;

import org.jspecify.annotations.NullMarked;
