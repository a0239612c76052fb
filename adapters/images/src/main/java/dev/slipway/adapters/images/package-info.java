/** Model images as an OCI image layout in a folder. Not a registry, and no runtime of images. */
@NullMarked
package dev.slipway.adapters.images;

import org.jspecify.annotations.NullMarked;
