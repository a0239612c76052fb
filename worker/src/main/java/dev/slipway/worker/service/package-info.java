/** Makes up for lost signals of services and for auto-stops that nobody saw to. */
@NullMarked
package dev.slipway.worker.service;

import org.jspecify.annotations.NullMarked;
