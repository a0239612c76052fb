/** Object storage over the S3 protocol. Knows buckets and bytes, not what they mean. */
@NullMarked
package dev.slipway.adapters.objectstore;

import org.jspecify.annotations.NullMarked;
