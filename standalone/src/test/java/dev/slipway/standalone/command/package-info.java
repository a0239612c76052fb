/** Tests of the commands that people type. */
@NullMarked
package dev.slipway.standalone.command;

import org.jspecify.annotations.NullMarked;
