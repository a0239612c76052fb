/** Tests of how the parts of an installation are started. */
@NullMarked
package dev.slipway.standalone.run;

import org.jspecify.annotations.NullMarked;
