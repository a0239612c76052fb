/** The calls of instances and their logs. */
@NullMarked
package dev.slipway.api.instance;

import org.jspecify.annotations.NullMarked;
