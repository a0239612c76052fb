/** Routes in PostgreSQL: the rows of the control plane, the documents, and the gateways' own small view. */
@NullMarked
package dev.slipway.adapters.postgres.route;

import org.jspecify.annotations.NullMarked;
