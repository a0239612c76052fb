/** What a user is told has happened to a model or a service, with its cause and an advice. */
@NullMarked
package dev.slipway.domain.event;

import org.jspecify.annotations.NullMarked;
