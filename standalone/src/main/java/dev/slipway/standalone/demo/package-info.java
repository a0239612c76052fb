/** The demo: the main job of Slipway, over HTTP like any client. */
@NullMarked
package dev.slipway.standalone.demo;

import org.jspecify.annotations.NullMarked;
