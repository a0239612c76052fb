/** S3Proxy on a folder of the data folder, in this JVM. */
@NullMarked
package dev.slipway.parts.objectstore;

import org.jspecify.annotations.NullMarked;
