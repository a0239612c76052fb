/** How requests find instances: the document that each gateway reads, and what gateways report back. */
@NullMarked
package dev.slipway.domain.route;

import org.jspecify.annotations.NullMarked;
