/** Tests of the words of commands. */
@NullMarked
package dev.slipway.standalone.shell;

import org.jspecify.annotations.NullMarked;
