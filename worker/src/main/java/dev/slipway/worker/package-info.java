/** The process that runs workflows and activities, sweeps rows and watches instances. Its parts are in packages by thing. */
@NullMarked
package dev.slipway.worker;

import org.jspecify.annotations.NullMarked;
