/** What a gateway knows of routes: the documents in memory and on its disk, how requests are split, and what it tells the database. */
@NullMarked
package dev.slipway.gateway.route;

import org.jspecify.annotations.NullMarked;
