/** One installation: its settings, completed from its data folder, as what each runnable and part of it needs. Starts nothing. */
@NullMarked
package dev.slipway.standalone.installation;

import org.jspecify.annotations.NullMarked;
