/** The commands that people type, one class each: they print for people and answer with an exit status. */
@NullMarked
package dev.slipway.standalone.command;

import org.jspecify.annotations.NullMarked;
