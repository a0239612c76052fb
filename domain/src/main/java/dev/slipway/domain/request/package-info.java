/** What users ask for in Temporal itself instead of over HTTP. Not what is asked for: models and services have their own doors. */
@NullMarked
package dev.slipway.domain.request;

import org.jspecify.annotations.NullMarked;
