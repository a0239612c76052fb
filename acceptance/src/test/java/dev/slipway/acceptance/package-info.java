/** Tests of the whole system: its architecture, and its promises over real processes. */
@NullMarked
package dev.slipway.acceptance;

import org.jspecify.annotations.NullMarked;
