/** The runnables and parts that live in this process: started in order, stopped in reverse. */
@NullMarked
package dev.slipway.standalone.run;

import org.jspecify.annotations.NullMarked;
