/** The REST control plane: its start and its settings. Controllers lie in packages by thing; they speak HTTP and nothing else. */
@NullMarked
package dev.slipway.api;

import org.jspecify.annotations.NullMarked;
