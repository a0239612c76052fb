/** How long things are kept, what is in use, and the ports that remove the rest. A workflow decides when. */
@NullMarked
package dev.slipway.domain.retention;

import org.jspecify.annotations.NullMarked;
