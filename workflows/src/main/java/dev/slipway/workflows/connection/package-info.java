/** How every process of ours speaks to Temporal: client, payloads, queues, signals. Not for use inside workflow code. */
@NullMarked
package dev.slipway.workflows.connection;

import org.jspecify.annotations.NullMarked;
