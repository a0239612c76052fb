/** The data folder of an installation: its layout, locks, kept ports, secrets and the identity of its host. Starts nothing. */
@NullMarked
package dev.slipway.parts.folder;

import org.jspecify.annotations.NullMarked;
