/** What happened to a service or a model. */
@NullMarked
package dev.slipway.cli.event;

import org.jspecify.annotations.NullMarked;
