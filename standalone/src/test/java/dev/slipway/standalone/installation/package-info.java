/** Tests of the commands that people type. */
@NullMarked
package dev.slipway.standalone.installation;

import org.jspecify.annotations.NullMarked;
