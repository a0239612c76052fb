/** Repeats lost signals of services and carries out missed auto-stops. */
@NullMarked
package dev.slipway.worker.service;

import org.jspecify.annotations.NullMarked;
