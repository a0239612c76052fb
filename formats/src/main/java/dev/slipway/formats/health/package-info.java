/** Whether the API answers, and whether what it needs does. */
@NullMarked
package dev.slipway.formats.health;

import org.jspecify.annotations.NullMarked;
