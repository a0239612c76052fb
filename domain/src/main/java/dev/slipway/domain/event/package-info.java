/** Events of models and services for their users, with cause and advice. */
@NullMarked
package dev.slipway.domain.event;

import org.jspecify.annotations.NullMarked;
