/** What this machine must have before Slipway starts on it: looked at by {@code doctor} and by each start. */
@NullMarked
package dev.slipway.standalone.machine;

import org.jspecify.annotations.NullMarked;
