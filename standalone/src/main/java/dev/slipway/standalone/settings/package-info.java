/** The one settings file, slipway.yml: read strictly, completed from the data folder, handed out to whoever needs a part of it. */
@NullMarked
package dev.slipway.standalone.settings;

import org.jspecify.annotations.NullMarked;
