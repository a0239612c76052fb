/** A gateway's routes: the documents in memory and on disk, the split of requests, and the reports to the database. */
@NullMarked
package dev.slipway.gateway.route;

import org.jspecify.annotations.NullMarked;
