/** Request workflows: a user starts them in Temporal, they give a command and wait for the end of the work. Other workflows do the work. */
@NullMarked
package dev.slipway.workflows.request;

import org.jspecify.annotations.NullMarked;
