/** The REST control plane: its start and its settings. Controllers are in packages by thing and only handle HTTP. */
@NullMarked
package dev.slipway.api;

import org.jspecify.annotations.NullMarked;
