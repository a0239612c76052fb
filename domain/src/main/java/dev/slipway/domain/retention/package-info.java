/** How long things are kept, what is in use, and the ports that remove the rest. Not when it is done: that is a workflow's. */
@NullMarked
package dev.slipway.domain.retention;

import org.jspecify.annotations.NullMarked;
