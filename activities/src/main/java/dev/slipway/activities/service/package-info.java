/** Effects on a service's row. */
@NullMarked
package dev.slipway.activities.service;

import org.jspecify.annotations.NullMarked;
