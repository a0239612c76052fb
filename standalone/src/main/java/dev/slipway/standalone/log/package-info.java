/** The form of the lines of the log file. */
@NullMarked
package dev.slipway.standalone.log;

import org.jspecify.annotations.NullMarked;
