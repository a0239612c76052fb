/** The main job of Slipway told as a story, over HTTP as any client would do it. */
@NullMarked
package dev.slipway.standalone.demo;

import org.jspecify.annotations.NullMarked;
