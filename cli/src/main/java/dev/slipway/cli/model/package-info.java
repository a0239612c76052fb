/** The command that checks packages before they are uploaded. */
@NullMarked
package dev.slipway.cli.model;

import org.jspecify.annotations.NullMarked;
