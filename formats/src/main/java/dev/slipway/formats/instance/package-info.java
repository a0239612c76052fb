/** Answers about instances and their logs. */
@NullMarked
package dev.slipway.formats.instance;

import org.jspecify.annotations.NullMarked;
