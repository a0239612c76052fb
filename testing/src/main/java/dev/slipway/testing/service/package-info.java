/** Services without a database: a store in memory, makers of valid values, and what every store of services has to keep. */
@NullMarked
package dev.slipway.testing.service;

import org.jspecify.annotations.NullMarked;
