/** The settings file, slipway.yml: read strictly. */
@NullMarked
package dev.slipway.standalone.settings;

import org.jspecify.annotations.NullMarked;
